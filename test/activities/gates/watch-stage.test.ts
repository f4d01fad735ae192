import { ActivityCancellationDetails } from '@temporalio/common';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { WindowGateSpec } from '../../../domain/spec/document.ts';
import {
  buckets,
  requests,
  startPrometheus,
  type Answer,
  type Asked,
  type FakePrometheus,
} from './fake-prometheus.ts';
import { outcomeOf, startWatch, type Watching } from './watch/watching.ts';
import { badAnswers } from '../../support/bad-answers.ts';

const base = {
  hosts: ['reviews'],
  dryRun: false,
  initialDelay: 0,
  interval: 100,
  window: 200,
  failureLimit: 0,
  inconclusiveLimit: null,
  consecutiveErrorLimit: 4,
  minRequests: 10,
};
const successRate: WindowGateSpec = {
  ...base,
  name: 'success-rate',
  kind: 'successRate',
  ...badAnswers,
  min: 0.99,
};
const latency: WindowGateSpec = { ...base, name: 'latency', kind: 'latency', percentile: 99, max: 500 };
const healthy = requests({ '200': 50 });
const failing = requests({ '200': 24, '500': 26 });

let server: FakePrometheus | undefined;

afterEach(async () => {
  await server?.close();
  server = undefined;
});

async function watch(answer: (asked: Asked) => Answer, change: Watching = {}) {
  server = await startPrometheus(answer);
  const samples = () => (server?.asked ?? []).filter(({ query }) => query.includes('[200ms]'));
  return { ...startWatch({ gates: [successRate], prometheus: server.spec, ...change }), samples };
}

describe('the watch over a stage', () => {
  it('passes a healthy candidate at its deadline, with the requests that it got', async () => {
    const { watching, since, samples } = await watch(({ query }) =>
      query.includes('[200ms]') ? healthy : requests({ '200': 123 }),
    );
    await expect(watching).resolves.toMatchObject({
      verdict: 'pass',
      requests: 123,
      gates: [
        { name: 'success-rate', host: 'reviews', subset: 'v3', verdict: 'pass', value: 1, failures: 0 },
      ],
    });
    const late = Date.now() - since - 450;
    expect(late).toBeGreaterThanOrEqual(0);
    expect(samples().map(({ at }) => at - since)).toEqual([200, 300, 400, 450]);
  });

  it('fails at once when a gate does, and says why', async () => {
    const { watching, samples } = await watch(() => failing, { hold: 60_000 });
    const { verdict, reason } = await watching;
    expect(verdict).toBe('fail');
    expect(reason).toContain('success-rate of reviews v3: success rate 48% over 50 requests (minimum 99%)');
    expect(samples()).toHaveLength(1);
  });

  it('tolerates as many failed samples as the gate does', async () => {
    const { watching, samples } = await watch(() => failing, {
      gates: [{ ...successRate, failureLimit: 2 }],
      hold: 60_000,
    });
    await expect(watching).resolves.toMatchObject({ verdict: 'fail', gates: [{ failures: 3, samples: 3 }] });
    expect(samples()).toHaveLength(3);
  });

  it('judges all gates, and one that fails ends the others', async () => {
    const { watching } = await watch(
      ({ query }) => (query.includes('bucket') ? buckets({ '500': 10, '1000': 50, '+Inf': 50 }) : healthy),
      { gates: [{ ...successRate, interval: 60_000, window: 60_000 }, latency], hold: 600_000 },
    );
    const { verdict, reason } = await watching;
    expect(verdict).toBe('fail');
    expect(reason).toContain('latency of reviews v3: p99 latency');
  });

  it.each([
    ['there is no data', () => [], 'no data'],
    ['Prometheus fails', () => ({ code: 500, body: 'out of memory' }), 'with 500: out of memory'],
    ['there are too few requests', () => requests({ '200': 3 }), '(minimum 10)'],
    ['the numbers are none', () => requests({ '200': 'NaN' }), 'not known'],
  ] as [string, () => Answer, string][])('is inconclusive when %s', async (_, answer, reason) => {
    const { watching } = await watch(answer);
    const seen = await watching;
    expect(seen.verdict).toBe('inconclusive');
    expect(seen.reason).toContain(reason);
  });

  it('is inconclusive when nobody answers at the address of Prometheus', async () => {
    const { watching } = await watch(() => [], {
      prometheus: { address: 'http://127.0.0.1:1', credentials: null },
    });
    await expect(watching).resolves.toMatchObject({
      verdict: 'inconclusive',
      requests: null,
      reason: expect.stringContaining('Prometheus at http://127.0.0.1:1 does not answer'),
    });
  });

  it('is inconclusive when a gate has nothing to judge', async () => {
    const { watching } = await watch(() => healthy, { gates: [{ ...successRate, hosts: ['other'] }] });
    await expect(watching).resolves.toMatchObject({
      verdict: 'inconclusive',
      reason: expect.stringContaining('nothing to judge'),
    });
  });

  it('waits for the deadline and passes without gates', async () => {
    const { watching, since } = await watch(() => [], { gates: [], hold: 150 });
    await expect(watching).resolves.toMatchObject({ verdict: 'pass', requests: null, gates: [] });
    expect(Date.now() - since).toBeGreaterThanOrEqual(150);
  });

  it('takes one sample at the deadline when that has passed already', async () => {
    const { watching, since, samples } = await watch(() => healthy, { age: 60_000, hold: 1_000 });
    await expect(watching).resolves.toMatchObject({ verdict: 'pass', gates: [{ samples: 1 }] });
    expect(samples().map(({ at }) => at - since)).toEqual([1_000]);
  });

  it('ends at once when it is cancelled, without a deadline too, with what it has seen', async () => {
    const { watching, environment } = await watch(() => healthy, { hold: null });
    setTimeout(() => environment.cancel(), 450);
    const before = Date.now();
    await expect(watching).resolves.toMatchObject({ gates: [{ samples: 3 }], evidence: [{}] });
    expect(Date.now() - before).toBeLessThan(2_000);
  });

  it('does not answer when its worker shuts down: the next attempt goes on', async () => {
    const { watching, environment } = await watch(() => healthy, { hold: null });
    const settled = outcomeOf(watching);
    const shutdown = new ActivityCancellationDetails({ workerShutdown: true });
    setTimeout(() => environment.cancel('WORKER_SHUTDOWN', shutdown), 350);
    await expect(settled).resolves.toMatch(/Cancelled|Abort/);
  });

  it('heartbeats what it has seen, and goes on from that', async () => {
    const first = await watch(({ at }) => (at - first.since < 300 ? failing : healthy), {
      gates: [{ ...successRate, failureLimit: 1 }],
    });
    await first.watching;
    const [, beat] = first.heartbeats;
    expect(beat?.evidence).toMatchObject([
      { last: first.since + 200, reports: [{ samples: 1, failures: 1 }] },
    ]);
    await server?.close();

    const second = await watch(() => failing, {
      gates: [{ ...successRate, failureLimit: 1 }],
      hold: 60_000,
      details: {
        evidence: [
          { reports: [], states: [], presences: [], causes: [], ...beat?.evidence[0], last: Date.now() },
        ],
        drifts: [],
        drifted: false,
        podFailure: null,
        stage: 'half',
        requests: null,
      },
    });
    await expect(second.watching).resolves.toMatchObject({
      verdict: 'fail',
      gates: [{ samples: 2, failures: 2 }],
    });
    expect(second.samples()).toHaveLength(1);
  });

  it('reports a gate that fails and only reports, and does not fail by it', async () => {
    const { watching, samples } = await watch(() => failing, { gates: [{ ...successRate, dryRun: true }] });
    await expect(watching).resolves.toMatchObject({
      verdict: 'pass',
      gates: [{ verdict: 'fail', dryRun: true, samples: 1 }],
    });
    expect(samples()).toHaveLength(1);
  });

  it('takes samples anew in the next watch of the stage, with the failures of the one before', async () => {
    const gates = [{ ...successRate, failureLimit: 1 }];
    const first = await watch(({ at }) => (at - first.since < 300 ? failing : healthy), { gates });
    const { evidence } = await first.watching;
    await server?.close();

    const second = await watch(() => failing, { gates, hold: 60_000, earlier: evidence });
    await expect(second.watching).resolves.toMatchObject({ verdict: 'fail', gates: [{ failures: 2 }] });
    expect(second.samples().map(({ at }) => at - second.since)).toEqual([200]);
  });

  it('does not keep a gate inconclusive beyond the watch', async () => {
    const gates = [{ ...successRate, consecutiveErrorLimit: 0 }];
    const first = await watch(({ at }) => (at - first.since < 300 ? { code: 500, body: 'down' } : healthy), {
      gates,
    });
    const { verdict, evidence } = await first.watching;
    expect(verdict).toBe('inconclusive');
    await server?.close();

    const second = await watch(() => healthy, { gates, earlier: evidence });
    await expect(second.watching).resolves.toMatchObject({ verdict: 'pass' });
  });

  it('is handed over at once by a worker that ends, with all that it has seen', async () => {
    const ending = new AbortController();
    const { watching, heartbeats } = await watch(() => healthy, {
      hold: 60_000,
      draining: ending.signal,
    });
    setTimeout(() => ending.abort(), 450);
    await expect(watching).rejects.toMatchObject({
      type: 'HandedOver',
      nonRetryable: false,
      nextRetryDelay: 250,
    });
    expect(heartbeats.at(-1)?.evidence).toMatchObject([{ reports: [{ samples: 3 }] }]);
  });

  it('begins anew when the heartbeat is none that it knows', async () => {
    const details = [{ last: 1 }] as unknown as NonNullable<Watching['details']>;
    const { watching } = await watch(() => healthy, { details });
    await expect(watching).resolves.toMatchObject({ verdict: 'pass', gates: [{ failures: 0 }] });
  });
});
