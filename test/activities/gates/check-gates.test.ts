import { afterEach, describe, expect, it } from '@jest/globals';
import { checkGates } from '../../../activities/gates/check-gates.ts';
import { FailureType } from '../../../domain/failure.ts';
import type { GateSpec, ServiceSpec, StageSpec } from '../../../domain/spec/document.ts';
import { asActivity } from '../support/activity.ts';
import { FakeCluster } from '../support/fake-cluster.ts';
import { connection } from '../support/objects.ts';
import { startPrometheus, type Answer, type Asked, type FakePrometheus } from './fake-prometheus.ts';
import { sampled } from './samples/fixtures.ts';
import { jobGate } from '../jobs/fixtures.ts';

const reviews: ServiceSpec = {
  host: 'reviews',
  subsets: ['v1', 'v2'].map((version) => ({ name: version, labels: { version } })),
  stable: 'v1',
};
const query: GateSpec = {
  ...sampled,
  name: 'queue',
  kind: 'promql',
  query: 'q{v="{{version}}"}',
  min: 0,
  max: null,
};
const job: GateSpec = { ...jobGate, name: 'smoke', serviceAccount: 'checker' };
const hook: GateSpec = {
  ...sampled,
  name: 'hook',
  kind: 'http',
  url: 'http://hook.invalid/',
  window: 0,
  timeout: 1_000,
};
const refusal: Answer = { code: 400, body: '{"status":"error","errorType":"bad_data","error":"no"}' };

let server: FakePrometheus | undefined;

afterEach(async () => {
  await server?.close();
  server = undefined;
});

function stage(name: string, v2: number, gates: readonly GateSpec[]): StageSpec {
  const weights = { reviews: { v1: 100 - v2, v2 } };
  return { name, weights, hold: 1_000, gates, approval: null, progressDeadline: null };
}

async function check(answer: (asked: Asked) => Answer, ...stages: StageSpec[]) {
  server = await startPrometheus(({ query, at }) =>
    query === 'vector(1)' ? [[{}, '1']] : answer({ query, at }),
  );
  const input = { connection, namespace: 'shop', services: [reviews], stages, prometheus: server.spec };
  return asActivity(() => checkGates({ clients: () => new FakeCluster() }, input));
}

describe('the gates of all stages', () => {
  it('are checked for whom they judge in each, the same once', async () => {
    const stages = [stage('none', 0, [query]), stage('some', 10, [query]), stage('half', 50, [query])];
    await expect(check(() => [[{}, '1']], ...stages)).resolves.toEqual({ warnings: [] });
    expect(server?.asked.map((asked) => asked.query).sort()).toEqual(['q{v="v1"}', 'q{v="v2"}', 'vector(1)']);
  });

  it('fail with every problem at once, before anything is changed', async () => {
    await expect(check(() => refusal, stage('some', 10, [query, hook, job]))).rejects.toMatchObject({
      type: FailureType.invalidTarget,
      nonRetryable: true,
      message: expect.stringMatching(
        /^gate queue: .*bad_data: no; gate hook: hook\.invalid does not .*; gate smoke: there is no ServiceAccount shop\/checker/,
      ),
    });
  });

  it('that only report do not keep a rollout from starting', async () => {
    const gates = [query, hook, job].map((gate) => ({ ...gate, dryRun: true }));
    const { warnings } = await check(() => refusal, stage('some', 10, gates));
    expect(warnings).toHaveLength(3);
    expect(warnings[2]).toBe('gate smoke: there is no ServiceAccount shop/checker for its Job');
  });

  it('are let pass with one warning when Prometheus does not answer', async () => {
    server = await startPrometheus(() => ({ code: 503, body: 'starting' }));
    const { spec } = server;
    const stages = [stage('some', 10, [query]), stage('half', 50, [{ ...query, name: 'other' }])];
    const input = { connection, namespace: 'shop', services: [reviews], stages, prometheus: spec };
    const { warnings } = await asActivity(() => checkGates({ clients: () => new FakeCluster() }, input));
    expect(warnings).toEqual([
      expect.stringMatching(/^queue, other will be inconclusive until Prometheus answers: /),
    ]);
  });
});
