import { afterEach, describe, expect, it } from '@jest/globals';
import { ApplicationFailure } from '@temporalio/activity';
import type { SequentialGateSpec } from '../../../../domain/spec/document.ts';
import { FakeMesh } from '../../traffic/fake-mesh.ts';
import { answersOf, durationsOf } from '../counters/statistics.ts';
import { startPrometheus, type FakePrometheus } from '../fake-prometheus.ts';
import { outcomeOf, startWatch } from './watching.ts';
import { badAnswers } from '../../../support/bad-answers.ts';

const base = {
  hosts: ['reviews'],
  dryRun: false,
  initialDelay: 0,
  interval: 100,
  allowed: 0.01,
  alpha: 0.01,
  minRequests: 10,
  source: 'proxies',
} as const;
const errors: SequentialGateSpec = { ...base, name: 'errors', kind: 'errors', ...badAnswers };
const slow: SequentialGateSpec = { ...base, name: 'slow', kind: 'slowRequests', over: 800 };

/** What a proxy has counted when it is asked for the n-th time, from 0 on. */
type Counts = (asked: number) => string | Error;

const healthy: Counts = (asked) =>
  answersOf('v1', { '200': 1000 + 20 * asked }) + answersOf('v3', { '200': 20 * asked });
const failing: Counts = (asked) =>
  answersOf('v1', { '200': 1000 + 20 * asked }) + answersOf('v3', { '200': 500, '500': 20 * asked });

function meshOf(counts: Counts): FakeMesh {
  const mesh = new FakeMesh();
  mesh.proxy('gateway', counts);
  return mesh;
}

let server: FakePrometheus | undefined;

afterEach(async () => {
  await server?.close();
  server = undefined;
});

describe('a gate that counts', () => {
  it('passes a healthy candidate at the deadline, after one last look there', async () => {
    const { watching, since } = startWatch({ mesh: meshOf(healthy), gates: [errors] });
    const { verdict, requests, endedAt, gates, evidence } = await watching;
    expect({ verdict, requests }).toEqual({ verdict: 'pass', requests: gates[0]?.requests });
    expect(gates).toMatchObject([{ verdict: 'pass', value: 0, failures: 0, consecutiveErrors: 0 }]);
    expect(gates[0]?.requests).toBe(20 * (gates[0]?.samples ?? 0));
    expect(Date.parse(endedAt)).toBe(since + 450);
    expect(evidence[0]?.last).toBe(since + 450);
  });

  it('fails a bad one by the look after its answers, with no further question', async () => {
    server = await startPrometheus(() => 'never');
    const mesh = meshOf(failing);
    const { watching } = startWatch({ mesh, gates: [errors], hold: 60_000, prometheus: server.spec });
    const { verdict, reason, requests, gates } = await watching;
    expect({ verdict, requests }).toEqual({ verdict: 'fail', requests: 20 });
    expect(reason).toContain('errors of reviews v3: 20 of 20 requests failed (100%; 500: 20)');
    expect(gates).toMatchObject([{ samples: 1, failures: 1, value: 1 }]);
    expect(server.asked).toEqual([]);
  });

  it('does not wait for gates that take their time', async () => {
    server = await startPrometheus(() => 'never');
    const promql = {
      ...base,
      window: 1,
      failureLimit: 0,
      inconclusiveLimit: null,
      consecutiveErrorLimit: 4,
      name: 'slow-query',
      kind: 'promql',
      query: 'up',
      min: 1,
      max: null,
    } as const;
    const { watching } = startWatch({
      mesh: meshOf(failing),
      gates: [promql, errors],
      hold: 60_000,
      prometheus: server.spec,
    });
    await expect(watching).resolves.toMatchObject({
      verdict: 'fail',
      gates: [{ samples: 0 }, { samples: 1 }],
    });
  });

  it('does not blame a candidate for what fails its stable version as often', async () => {
    const both: Counts = (asked) =>
      ['v1', 'v3'].map((v) => answersOf(v, { '200': 10 * asked, '500': 10 * asked })).join('');
    const { watching } = startWatch({ mesh: meshOf(both), gates: [errors] });
    await expect(watching).resolves.toMatchObject({ verdict: 'pass', gates: [{ value: 0.5 }] });
  });

  it('judges a candidate that has all of the traffic by what is allowed alone', async () => {
    const both: Counts = (asked) =>
      ['v1', 'v3'].map((v) => answersOf(v, { '200': 10 * asked, '500': 10 * asked })).join('');
    const { watching } = startWatch({
      mesh: meshOf(both),
      gates: [errors],
      weights: { reviews: { v3: 100 } },
      hold: 60_000,
    });
    await expect(watching).resolves.toMatchObject({ verdict: 'fail' });
  });

  it('shares its false alarms among the candidates that it judges', async () => {
    const doubtful: Counts = (asked) =>
      ['v2', 'v3']
        .map((version) => answersOf(version, { '200': 10 * asked, '500': Math.min(asked, 1) }))
        .join('');
    const weights = { reviews: { v2: 50, v3: 50 } };
    const { watching } = startWatch({ mesh: meshOf(doubtful), gates: [errors], weights });
    const { verdict, gates } = await watching;
    expect(verdict).toBe('inconclusive');
    expect(gates.map(({ subset }) => subset)).toEqual(['v2', 'v3']);
    expect(gates[0]?.reason).toMatch(/ of 200\)$/);
  });

  it('is inconclusive without requests, however healthy', async () => {
    const { watching } = startWatch({
      mesh: meshOf(() => answersOf('v3', { '200': 500 })),
      gates: [errors],
    });
    await expect(watching).resolves.toMatchObject({
      verdict: 'inconclusive',
      requests: 0,
      reason: expect.stringContaining('no requests so far'),
    });
  });

  it('shares each reading with the others of its source', async () => {
    const mesh = meshOf(
      (asked) =>
        (healthy(asked) as string) +
        durationsOf('v3', { '500': 20 * asked, '1000': 20 * asked, '+Inf': 20 * asked }),
    );
    const { watching } = startWatch({ mesh, gates: [errors, { ...slow, interval: 10_000 }] });
    const { verdict, requests, gates } = await watching;
    expect(verdict).toBe('pass');
    expect(gates[0]?.samples).toBe(gates[1]?.samples);
    expect(gates[0]?.requests).toBe(gates[1]?.requests);
    expect(requests).toBe(gates[0]?.requests);
    // One more than looks: where counting begins.
    expect(mesh.log).toHaveLength((gates[0]?.samples ?? 0) + 1);
  });

  it('says by which bound it counts slow requests', async () => {
    const mesh = meshOf((asked) => durationsOf('v3', { '500': 0, '1000': 10 * asked, '+Inf': 30 * asked }));
    const { watching } = startWatch({ mesh, gates: [slow], weights: { reviews: { v3: 100 } }, hold: 60_000 });
    const { verdict, reason } = await watching;
    expect(verdict).toBe('fail');
    expect(reason).toContain('20 of 30 requests were slower than 1s (no histogram bucket at 800ms) (66.7%)');
  });

  it('is inconclusive when no bound tells what is slow', async () => {
    const mesh = meshOf((asked) => durationsOf('v3', { '500': 0, '+Inf': 30 * asked }));
    const { watching } = startWatch({ mesh, gates: [slow] });
    await expect(watching).resolves.toMatchObject({
      verdict: 'inconclusive',
      reason: expect.stringContaining('have no bucket at 800ms or above'),
    });
  });

  it('names a proxy that is not counted', async () => {
    const mesh = meshOf(healthy);
    mesh.proxy('other', (asked) => (asked === 0 ? '' : ApplicationFailure.retryable('no end after 2000 ms')));
    mesh.proxy('silent', () => ApplicationFailure.retryable('no end after 2000 ms'));
    const { watching } = startWatch({ mesh, gates: [errors] });
    const { verdict, gates } = await watching;
    expect(verdict).toBe('pass');
    expect(gates[0]?.reason).toContain('; not counted for now: default/silent-abc: no end after 2000 ms');
  });

  it('is inconclusive while no proxy answers, and counts afterwards what came meanwhile', async () => {
    const outage: Counts = (asked) =>
      asked > 2 && asked < 10 ? ApplicationFailure.retryable('connection refused') : healthy(asked);
    const first = startWatch({ mesh: meshOf(outage), gates: [errors], hold: 850 });
    await expect(first.watching).resolves.toMatchObject({
      verdict: 'inconclusive',
      requests: 40,
      gates: [{ reason: 'default/gateway-abc: connection refused' }],
    });
    const second = startWatch({ mesh: meshOf(outage), gates: [errors], hold: 1_500 });
    const { verdict, requests } = await second.watching;
    expect(verdict).toBe('pass');
    expect(requests).toBeGreaterThanOrEqual(200);
  });

  it('goes on from what an earlier attempt, or watch, has counted', async () => {
    const calm: Counts = (asked) =>
      answersOf('v1', { '200': 20 * asked }) + answersOf('v3', { '200': asked });
    const first = startWatch({ mesh: meshOf(calm), gates: [errors] });
    const { requests, evidence } = await first.watching;
    expect(requests).toBeGreaterThan(0);
    expect(requests).toBeLessThan(10);

    const details = { evidence, drifts: [], drifted: false, podFailure: null, stage: 'half', requests: null };
    for (const change of [{ details }, { earlier: evidence }]) {
      const { watching } = startWatch({ mesh: meshOf(() => calm(0)), gates: [errors], ...change });
      await expect(watching).resolves.toMatchObject({ requests });
    }
  });

  it('passes nobody by what was counted before, when no proxy answers since the watch went on', async () => {
    const { evidence } = await startWatch({ mesh: meshOf(healthy), gates: [errors] }).watching;
    const details = { evidence, drifts: [], drifted: false, podFailure: null, stage: 'half', requests: null };
    const silent: Counts = () => ApplicationFailure.retryable('no end after 2000 ms');
    for (const change of [{ details }, { earlier: evidence }]) {
      for (const mesh of [meshOf(silent), new FakeMesh(), meshOf(() => '')]) {
        const { verdict } = await startWatch({ mesh, gates: [errors], ...change }).watching;
        expect(verdict).toBe('inconclusive');
      }
    }
  });

  it('counts what came in its initial delay, and judges nobody by it', async () => {
    const cold: Counts = (asked) =>
      answersOf('v1', { '200': 1000 + 20 * asked }) +
      answersOf('v3', { '200': 20 * asked, '500': 20 * Math.min(asked, 2) });
    const { watching, heartbeats } = startWatch({
      mesh: meshOf(cold),
      gates: [{ ...errors, initialDelay: 350 }],
      hold: 1_200,
    });
    await expect(watching).resolves.toMatchObject({ verdict: 'pass', gates: [{ value: 0 }] });
    expect(JSON.stringify(heartbeats)).not.toContain('evidence 1e');
  });

  it('does not wait for anything when an earlier attempt has seen it fail', async () => {
    const first = startWatch({ mesh: meshOf(failing), gates: [errors], hold: 60_000 });
    const { evidence } = await first.watching;
    const mesh = meshOf(healthy);
    const details = { evidence, drifts: [], drifted: false, podFailure: null, stage: 'half', requests: null };
    const { watching } = startWatch({ mesh, gates: [errors], hold: 60_000, details });
    await expect(watching).resolves.toMatchObject({ verdict: 'fail', requests: 20 });
    expect(mesh.log).toEqual([]);
  });

  it('stops looking once it failed and only reports', async () => {
    const mesh = meshOf(failing);
    const { watching, since } = startWatch({ mesh, gates: [{ ...errors, dryRun: true }] });
    const { verdict, endedAt, gates } = await watching;
    expect(verdict).toBe('pass');
    expect(gates).toMatchObject([{ verdict: 'fail', samples: 1 }]);
    expect(Date.parse(endedAt)).toBe(since + 450);
    expect(mesh.log).toHaveLength(2);
  });

  it('heartbeats what it has counted', async () => {
    const { watching, heartbeats } = startWatch({ mesh: meshOf(healthy), gates: [errors], hold: 1_300 });
    await watching;
    expect(heartbeats.at(-1)?.evidence[0]).toMatchObject({
      states: [{ candidate: { bad: 0 } }],
      reports: [{ verdict: 'pass' }],
    });
    expect(JSON.stringify(heartbeats.at(-1)).length).toBeLessThan(2_000);
  });

  it('ends at once when it is cancelled', async () => {
    const { watching, environment } = startWatch({ mesh: meshOf(healthy), gates: [errors], hold: null });
    const outcome = outcomeOf(watching);
    setTimeout(() => environment.cancel(), 250);
    await expect(outcome).resolves.toBe('returned');
  });

  it('counts by a Prometheus, from its first scrape after the shift on', async () => {
    const labels = (version: string, response_code: string) => ({
      reporter: 'source',
      destination_service: 'reviews.default.svc.cluster.local',
      destination_version: version,
      response_code,
      instance: 'gateway',
    });
    let scrapes = 0;
    server = await startPrometheus(() => {
      scrapes += 1;
      return [
        [labels('v1', '200'), String(1000 + 20 * scrapes)],
        [labels('v3', '200'), '500'],
        [labels('v3', '503'), String(40 + 20 * (scrapes - 1))],
      ];
    });
    const { watching } = startWatch({
      gates: [{ ...errors, source: 'prometheus' }],
      hold: 60_000,
      prometheus: server.spec,
    });
    await expect(watching).resolves.toMatchObject({ verdict: 'fail', requests: 20 });
  });
});
