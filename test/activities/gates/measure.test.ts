import { afterEach, describe, expect, it } from '@jest/globals';
import { countRequests, measure } from '../../../activities/gates/measure.ts';
import type { GateSpec } from '../../../domain/spec/document.ts';
import {
  buckets,
  requests,
  startPrometheus,
  type Answer,
  type Asked,
  type FakePrometheus,
} from './fake-prometheus.ts';

const base = {
  name: 'gate',
  hosts: ['reviews'],
  interval: 1_000,
  window: 5_000,
  failureLimit: 0,
  minRequests: 10,
};
const successRate: GateSpec = { ...base, kind: 'successRate', min: 0.99 };
const latency: GateSpec = { ...base, kind: 'latency', percentile: 99, max: 500 };
const v3 = { host: 'reviews', subset: 'v3', labels: { version: 'v3' } };
const selector =
  '{reporter="source",destination_service="reviews.default.svc.cluster.local",destination_version="v3"}';

let server: FakePrometheus | undefined;

afterEach(async () => {
  await server?.close();
  server = undefined;
});

async function sourceOf(answer: (asked: Asked) => Answer) {
  server = await startPrometheus(answer);
  return { prometheus: server.address, namespace: 'default', signal: new AbortController().signal };
}

describe('a measurement', () => {
  it('of a success rate counts requests and those answered 5xx', async () => {
    const source = await sourceOf(() => requests({ '200': 90, '404': 4, '500': 5, '503': 1 }));
    await expect(measure(source, successRate, v3, 9_000)).resolves.toEqual({
      kind: 'successRate',
      requests: 100,
      errors: 6,
    });
    expect(server?.asked).toEqual([
      { query: `sum by (response_code) (increase(istio_requests_total${selector}[5s]))`, at: 9_000 },
    ]);
  });

  it('without a series of errors has none, and without any series has no data', async () => {
    const clean = await sourceOf(() => requests({ '200': 50 }));
    await expect(measure(clean, successRate, v3, 0)).resolves.toMatchObject({ requests: 50, errors: 0 });
    await server?.close();
    const empty = await sourceOf(() => []);
    await expect(measure(empty, successRate, v3, 0)).resolves.toMatchObject({
      kind: 'unavailable',
      reason: expect.stringContaining('no data: sum by (response_code)'),
    });
  });

  it('with errors alone counts them as all of the requests', async () => {
    const source = await sourceOf(() => requests({ '500': 7 }));
    await expect(measure(source, successRate, v3, 0)).resolves.toMatchObject({ requests: 7, errors: 7 });
  });

  it('of a latency gives the buckets', async () => {
    const source = await sourceOf(() => buckets({ '25': 10, '500': 20, '+Inf': 20 }));
    await expect(measure(source, latency, v3, 0)).resolves.toEqual({
      kind: 'latency',
      buckets: [
        { le: 25, count: 10 },
        { le: 500, count: 20 },
        { le: Infinity, count: 20 },
      ],
    });
    expect(server?.asked[0]?.query).toBe(
      `sum by (le) (increase(istio_request_duration_milliseconds_bucket${selector}[5s]))`,
    );
  });

  it('says that metrics cannot tell a subset without version', async () => {
    const source = await sourceOf(() => requests({ '200': 50 }));
    await expect(measure(source, successRate, { ...v3, labels: { track: 'x' } }, 0)).resolves.toMatchObject({
      reason: expect.stringContaining('has no label version'),
    });
  });

  it('does not let a version break out of the query', async () => {
    const source = await sourceOf(() => []);
    await measure(source, successRate, { ...v3, labels: { version: 'v"3\\' } }, 0);
    expect(server?.asked[0]?.query).toContain('destination_version="v\\"3\\\\"');
  });
});

describe('the requests of a stage', () => {
  it('are those of each target once, from the beginning to the end', async () => {
    const source = await sourceOf(({ query }) =>
      requests({ '200': query.includes('"v3"') ? 40.4 : 2.2, '500': 1 }),
    );
    const targets = [v3, v3, { ...v3, subset: 'v2', labels: { version: 'v2' } }];
    await expect(countRequests(source, targets, 1_000, 21_500)).resolves.toBe(45);
    expect(server?.asked).toHaveLength(2);
    expect(server?.asked[0]).toMatchObject({ query: expect.stringContaining('[20s500ms]'), at: 21_500 });
  });

  it('are not known when Prometheus does not say', async () => {
    const source = await sourceOf(() => []);
    await expect(countRequests(source, [v3], 0, 1_000)).resolves.toBeNull();
    await expect(countRequests(source, [], 0, 1_000)).resolves.toBeNull();
    await expect(countRequests(source, [v3], 1_000, 1_000)).resolves.toBeNull();
  });
});
