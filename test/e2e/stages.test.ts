import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import type { LoadRun } from '../../lab/load/run.ts';
import { Lab } from './fixtures/lab.ts';
import { bringBookinfo, canary, Rollout, successRate } from './fixtures/rollout.ts';

jest.setTimeout(45 * 60_000);

const context = 'sluice-lab';
const id = `rollout/${context}/default/reviews`;
const start = { reviews: { v1: 100 } };
const tenPercent = { reviews: { v1: 90, v2: 10 } };

describe('gates', () => {
  let lab: Lab;
  let load: LoadRun;

  beforeAll(async () => {
    lab = await Lab.up('gates');
    load = await bringBookinfo(lab);
  });

  afterAll(async () => {
    await lab.down();
  });

  it('take a candidate that fails everything back after few requests', async () => {
    const gates = [{ name: 'errors', errors: {} }];
    const spec = await canary(lab, context, [start, tenPercent], 'reviews', { gates, hold: '2m' });
    await lab.fault('reviews-v2=error:1');
    const startedAt = Date.now();

    const { exitCode, result, endedAt } = await (await Rollout.start(lab, spec, id)).end();
    await sleep(2_000);
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

  it('do not blame the candidate for a Prometheus that is away, and promote it once it is back', async () => {
    const spec = await canary(lab, context, [start, tenPercent], 'reviews', {
      gates: [successRate],
      hold: '10s',
    });
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
});
