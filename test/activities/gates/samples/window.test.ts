import { afterEach, describe, expect, it } from '@jest/globals';
import { sumOnce } from '../../../../activities/gates/count-once.ts';
import { answerLabels, versionLabels } from '../../../../activities/gates/queries.ts';
import { sample } from '../../../../activities/gates/kinds.ts';
import type { ServiceSpec, WindowGateSpec } from '../../../../domain/spec/document.ts';
import {
  buckets,
  calledVersion,
  requests,
  startPrometheus,
  type Answer,
  type Asked,
  type FakePrometheus,
} from '../fake-prometheus.ts';
import { identitiesByLabels } from '../../../../activities/gates/counters/identity.ts';
import { countedService } from '../../../../activities/gates/counters/read-counters.ts';
import { countedOf, reviewsOf } from '../counters/counted.ts';
import { sampled } from './fixtures.ts';
import { badAnswers } from '../../../support/bad-answers.ts';

const successRate: WindowGateSpec = {
  ...sampled,
  minRequests: 10,
  kind: 'successRate',
  ...badAnswers,
  min: 0.9,
};
const latency: WindowGateSpec = { ...sampled, minRequests: 10, kind: 'latency', percentile: 50, max: 500 };
const v3 = { host: 'reviews', subset: 'v3', labels: { version: 'v3' } };
const selector = String.raw`{reporter="source",destination_service=~"(reviews)\\.default\\.svc\\..+"}`;

let server: FakePrometheus | undefined;

afterEach(async () => {
  await server?.close();
  server = undefined;
});

async function sourceOf(answer: (asked: Asked) => Answer, service = reviewsOf(), weights = {}) {
  server = await startPrometheus(answer);
  const { signal } = new AbortController();
  return {
    prometheus: server.spec,
    namespace: 'default',
    rollout: 'w',
    stage: 'canary',
    weights,
    since: 0,
    podsOf: () => Promise.resolve(null),
    counted: countedOf(service).services,
    signal,
  };
}

describe('a sample of a window', () => {
  it('counts requests and those answered 5xx', async () => {
    const source = await sourceOf(() => requests({ '200': 90, '404': 4, '500': 5, '503': 1 }));
    await expect(sample(source, successRate, v3, 9_000)).resolves.toMatchObject({
      verdict: 'pass',
      value: 0.94,
      requests: 100,
    });
    expect(server?.asked).toEqual([
      {
        query: sumOnce(`increase(istio_requests_total${selector}[5s])`, [...answerLabels, ...versionLabels]),
        at: 9_000,
      },
    ]);
  });

  it('counts what the gate takes for a fault, gRPC statuses too', async () => {
    const source = await sourceOf(() => [
      [
        { ...calledVersion('v3'), response_code: '200', request_protocol: 'grpc', grpc_response_status: '0' },
        '70',
      ],
      [
        {
          ...calledVersion('v3'),
          response_code: '200',
          request_protocol: 'grpc',
          grpc_response_status: '14',
        },
        '10',
      ],
      [{ ...calledVersion('v3'), response_code: '429', request_protocol: 'http' }, '5'],
      [{ ...calledVersion('v3'), response_code: '504', response_flags: 'UT' }, '5'],
      [{ ...calledVersion('v3'), response_code: '503', response_flags: 'UF' }, '10'],
      [{ ...calledVersion('v3'), response_code: '0', response_flags: 'DC' }, '900'],
    ]);
    const counts = async (change: object) => sample(source, { ...successRate, ...change }, v3, 0);
    await expect(counts({})).resolves.toMatchObject({ value: 0.75, requests: 100 });
    await expect(counts({ codes: ['429'], statuses: [] })).resolves.toMatchObject({
      value: 0.85,
      requests: 100,
    });
  });

  it('without a series of errors has none, and without any series says nothing', async () => {
    const clean = await sourceOf(() => requests({ '200': 50 }));
    await expect(sample(clean, successRate, v3, 0)).resolves.toMatchObject({ value: 1, requests: 50 });
    await server?.close();
    const empty = await sourceOf(() => []);
    await expect(sample(empty, successRate, v3, 0)).resolves.toMatchObject({
      verdict: 'inconclusive',
      reason: expect.stringContaining(
        `no data of reviews v3: istio_requests_total${selector}[5s] has none; `,
      ),
    });
  });

  it('with errors alone counts them as all of the requests', async () => {
    const source = await sourceOf(() => requests({ '500': 17 }));
    await expect(sample(source, successRate, v3, 0)).resolves.toMatchObject({
      verdict: 'fail',
      value: 0,
      requests: 17,
    });
  });

  it('of a latency judges the buckets', async () => {
    const source = await sourceOf(() => buckets({ '25': 10, '500': 20, '+Inf': 20 }));
    await expect(sample(source, latency, v3, 0)).resolves.toMatchObject({ value: 25, requests: 20 });
    expect(server?.asked[0]?.query).toBe(
      sumOnce(`increase(istio_request_duration_milliseconds_bucket${selector}[5s])`, [
        'le',
        ...versionLabels,
      ]),
    );
  });

  it('is an error when Prometheus does not answer', async () => {
    const source = await sourceOf(() => ({ code: 503, body: 'starting up' }));
    await expect(sample(source, successRate, v3, 0)).resolves.toMatchObject({
      verdict: 'error',
      reason: expect.stringContaining('503: starting up'),
    });
  });

  it('counts a version by its workload where it has no label version', async () => {
    const labels = {
      ...calledVersion('unknown'),
      destination_workload: 'reviews-canary',
      response_code: '200',
    };
    const source = await sourceOf(() => [[labels, '50']], byTrack);
    const identities = identitiesByLabels(byTrack).map((one) => ({
      ...one,
      workloads: new Set([one.subset === 'canary' ? 'reviews-canary' : 'reviews']),
    }));
    const counted = () => [countedService(byTrack, identities)];
    const canary = { host: 'reviews', subset: 'canary', labels: { track: 'canary' } };
    await expect(sample({ ...source, counted }, successRate, canary, 0)).resolves.toMatchObject({
      verdict: 'pass',
      requests: 50,
    });
  });

  const unknown = { ...calledVersion('unknown'), response_code: '503', response_flags: 'UH' };

  it('passes nobody over failures that no version is known of, where they would decide', async () => {
    const good = { ...calledVersion('v3'), response_code: '200' };
    const source = await sourceOf(() => [
      [good, '50'],
      [unknown, '20'],
    ]);
    await expect(sample(source, successRate, v3, 0)).resolves.toMatchObject({
      verdict: 'inconclusive',
      reason: expect.stringContaining('; 20 more failed, version unknown'),
    });
    const few = await sample(source, { ...successRate, min: 0.7 }, v3, 0);
    expect(few.verdict).toBe('pass');
  });

  it('gives them to the version that has all of the traffic', async () => {
    const source = await sourceOf(() => [[unknown, '20']], reviewsOf(), { reviews: { v3: 100 } });
    await expect(sample(source, successRate, v3, 0)).resolves.toMatchObject({
      verdict: 'fail',
      requests: 20,
    });
  });
});

const byTrack: ServiceSpec = {
  host: 'reviews',
  stable: 'stable',
  subsets: ['stable', 'canary'].map((name) => ({ name, labels: { track: name } })),
};
