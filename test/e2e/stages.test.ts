import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { LoadRun } from '../../lab/load/run.ts';
import { Lab } from './fixtures/lab.ts';
import { requestsSince } from './fixtures/requests-since.ts';
import { bringBookinfo, canary, Rollout, successRate } from './fixtures/rollout.ts';
import { canaries } from './suites/canary.ts';

jest.setTimeout(45 * 60_000);

const context = 'sluice-lab';
const id = `rollout/${context}/default/reviews`;
const errors = { name: 'errors', errors: {} };
const start = { reviews: { v1: 100 } };
const tenPercent = { reviews: { v1: 90, v2: 10 } };

/** All on the stable version, where nothing is judged, then a tenth on the candidate. */
const twoStages = (hold: string) => ({
  stages: [
    { name: 'stage-1', weights: start, hold: '0s', gates: [] },
    { name: 'stage-2', weights: tenPercent, hold },
  ],
});

let lab: Lab;
let load: LoadRun;

beforeAll(async () => {
  lab = await Lab.up('stages');
  load = await bringBookinfo(lab);
});

afterAll(async () => {
  await lab.down();
});

describe('stages', () => {
  it('are failed by a candidate that fails everything, after few requests', async () => {
    const spec = await judged(errors, '2m');
    await lab.fault('reviews-v2=error:1');
    const startedAt = Date.now();

    const { exitCode, result, endedAt } = await (await Rollout.start(lab, spec, id)).end();
    await requestsSince(load, endedAt);
    await lab.fault('reviews-v2=none');

    expect(result.outcome).toBe('RolledBack');
    expect(exitCode).toBe(3);
    expect(result.weights.reviews).toEqual({ v1: 100 });
    const [, stage] = result.stages;
    expect(stage).toMatchObject({
      verdict: 'fail',
      gates: [{ name: 'errors', subset: 'v2', verdict: 'fail' }],
    });
    // A second's worth of the candidate's share would be 5; a minute's, as by windows, 300.
    expect(stage?.requests).toBeLessThan(50);
    expect(load.counts(startedAt, endedAt).failed).toBeLessThan(25);
    const after = load.counts(endedAt, Infinity);
    expect(after.requests).toBeGreaterThan(50);
    expect(after).toMatchObject({ failed: 0, byVersion: { v1: after.requests } });
  });

  it('are not failed by a Prometheus that is away, and pass once it is back', async () => {
    const spec = await judged(successRate, '10s');
    const rollout = await Rollout.start(lab, spec, id);
    await rollout.holding('stage-2');
    const resume = await lab.suspendPrometheus();
    try {
      const held = await rollout.until('inconclusive', ({ step }) => step.includes('inconclusive'), 60_000);
      expect(held.phase).toBe('Progressing');
      expect(held.weights.reviews).toEqual(tenPercent.reviews);
    } finally {
      resume();
    }

    const { exitCode, result } = await rollout.end();
    expect(result.outcome).toBe('Promoted');
    expect(exitCode).toBe(0);
  });

  it('keep their weights when somebody else changes them, and say who did', async () => {
    const spec = await judged(errors, '20s');
    const rollout = await Rollout.start(lab, spec, id);
    await rollout.holding('stage-2');
    const everything = [{ route: [{ destination: { host: 'reviews', subset: 'v3' } }] }];
    await lab.patchVirtualService('reviews', { http: everything }, 'another-tool');

    const { result } = await rollout.end();
    const endedAt = Date.now();
    await requestsSince(load, endedAt);
    expect(result.outcome).toBe('Promoted');
    expect(result.stages[1]?.drifts).toMatchObject([
      {
        host: 'reviews',
        manager: expect.stringMatching(/^another-tool \(Update/),
        found: { v3: 100 },
        reasserted: true,
      },
    ]);
    expect(load.counts(endedAt, Infinity).byVersion.v3).toBeUndefined();
  });

  it('wait for an approval, are tried again when somebody says so, and refuse what does not apply', async () => {
    const more = {
      retry: { timeout: '5m' },
      stages: [
        { name: 'first', weights: start, hold: '0s', gates: [] },
        { name: 'second', weights: tenPercent, hold: '5s', approval: { approvers: ['ada'] } },
        { name: 'third', weights: { reviews: { v2: 100 } }, hold: '10m' },
      ],
    };
    const spec = await canary(lab, context, [], 'reviews', { gates: [errors], hold: '5s', more });
    await lab.fault('reviews-v2=error:1');
    const rollout = await Rollout.start(lab, spec, id);
    await rollout.until('approval', ({ phase }) => phase === 'WaitingApproval');

    const stranger = await lab.sluice('approve', id, '--by', 'bob', '--reason', 'looks good');
    expect(stranger).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('bob may not approve') });
    const early = await lab.sluice('resume', id, '--reason', 'go on');
    expect(early).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('not paused') });
    expect((await lab.sluice('approve', id, '--by', 'ada', '--reason', 'go')).exitCode).toBe(0);

    const failed = await rollout.until('failed', ({ phase }) => phase === 'WaitingRetry');
    expect(failed.weights.reviews).toEqual({ v1: 100 });
    await lab.fault('reviews-v2=none');
    expect((await lab.sluice('retry', id, '--by', 'ada', '--reason', 'mended')).exitCode).toBe(0);

    await rollout.holding('third');
    const promoted = await lab.sluice('promote', id, '--by', 'ada', '--reason', 'seen enough', '--full');
    expect(promoted.exitCode).toBe(0);
    const { exitCode, result } = await rollout.end();
    expect(exitCode).toBe(0);
    expect(result).toMatchObject({ outcome: 'Promoted', weights: { reviews: { v2: 100 } } });
    const { decisions } = await rollout.status();
    expect(decisions.map(({ action, by, reason }) => [action, by, reason])).toEqual([
      ['approve', 'ada', 'go'],
      ['retry', 'ada', 'mended'],
      ['promote', 'ada', 'seen enough'],
    ]);
  });

  function judged(gate: object, hold: string): Promise<string> {
    return canary(lab, context, [], 'reviews', { gates: [gate], hold, more: twoStages(hold) });
  }
});

describe('a canary on a mesh that is there', () => {
  canaries(() => ({ lab, load }));
});
