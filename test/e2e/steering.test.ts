import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { Lab } from './fixtures/lab.ts';
import { requestsSince } from './fixtures/requests-since.ts';
import { bookinfo, Rollout } from './fixtures/rollout.ts';
import { durability } from './suites/durability.ts';

jest.setTimeout(45 * 60_000);

const hold = 6_000;

let lab: Lab;

beforeAll(async () => {
  lab = await Lab.up('steering');
});

afterAll(async () => {
  await lab.down();
});

describe('steering a rollout', () => {
  it('puts all traffic back on v1 when somebody aborts it with the temporal CLI in stage 2', async () => {
    const rollout = await Rollout.start(
      lab,
      await bookinfo(lab, '30s', [[['spec', 'stages', 0, 'hold'], '6s']]),
    );
    const load = await lab.load(50);
    await rollout.holding('reviews-v2-10');

    const input = JSON.stringify({ by: 'sre', reason: 'pager' });
    await lab.temporal(
      'workflow',
      'signal',
      '--workflow-id',
      rollout.id,
      '--name',
      'abort',
      '--input',
      input,
    );
    const { exitCode, result, endedAt } = await rollout.end();
    await requestsSince(load, endedAt);

    expect(result.outcome).toBe('Aborted');
    expect(exitCode).toBe(4);
    expect(result.reason).toContain('sre');
    expect(result.reason).toContain('pager');
    expect(result.undone).toContainEqual(expect.objectContaining({ name: 'traffic', outcome: 'done' }));
    expect(result.weights.reviews).toEqual({ v1: 100 });
    const after = load.counts(endedAt, Infinity);
    expect(after.requests).toBeGreaterThan(50);
    expect(after).toMatchObject({ failed: 0, byVersion: { v1: after.requests } });
    await load.stop();
  });

  it('keeps a paused stage past its hold, until somebody resumes it', async () => {
    const rollout = await Rollout.start(lab, await bookinfo(lab, `${hold}ms`));
    const load = await lab.load(50);
    await rollout.holding('reviews-v2-10');

    await lab.sluice('pause', rollout.id, '--reason', 'have a look');
    // The hold began before the pause.
    await sleep(hold + 1_000);
    const paused = await rollout.status();
    expect(paused.phase).toBe('Paused');
    expect(paused.stage).toBe('reviews-v2-10');
    expect(paused.weights.reviews).toEqual({ v1: 90, v2: 10 });

    const resumedAt = Date.now();
    await lab.sluice('resume', rollout.id, '--reason', 'looks fine');
    const { exitCode, result } = await rollout.end();

    expect(result.outcome).toBe('Promoted');
    expect(exitCode).toBe(0);
    expect(Date.parse(result.stages[1]?.endedAt ?? '')).toBeGreaterThanOrEqual(resumedAt);
    await load.stop();
  });
});

describe('a rollout whose parts die', () => {
  durability(() => lab);
});
