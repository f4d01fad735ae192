/** The worker and the Temporal server are killed, on a lab that other tests use too. */
import { expect, it } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import type { StageResult } from '../../../domain/rollout.ts';
import type { Lab } from '../fixtures/lab.ts';
import { bookinfo, Rollout } from '../fixtures/rollout.ts';

const hold = 10_000;

function held({ observedAt, endedAt }: StageResult): number {
  return Date.parse(endedAt ?? '') - Date.parse(observedAt ?? '');
}

/** @param on the lab, once it is up */
export function durability(on: () => Lab): void {
  it('goes on where it was after the worker and the Temporal server were killed in a hold', async () => {
    const lab = on();
    const rollout = await Rollout.start(lab, await bookinfo(lab, `${hold}ms`));
    const load = await lab.load(50);
    const { runId } = await rollout.holding('reviews-v2-10');

    await sleep(hold / 4);
    await lab.killWorker();
    await sleep(1_000);
    lab.startWorker();

    await rollout.holding('reviews-v3-50');
    await sleep(hold / 4);
    lab.killTemporal();
    await sleep(1_000);
    await lab.startTemporal();
    const { exitCode, result } = await rollout.end();

    expect(result.outcome).toBe('Promoted');
    expect(exitCode).toBe(0);
    expect(result.runId).toBe(runId);
    expect(result.stages.map(({ verdict }) => verdict)).toEqual(['pass', 'pass', 'pass', 'pass']);
    for (const stage of result.stages) expect(held(stage)).toBeGreaterThanOrEqual(hold);
    const startedAt = Date.parse(result.stages[0]?.startedAt ?? '');
    expect(load.counts(startedAt, Date.now())).toMatchObject({ failed: 0 });
    await load.stop();
  });
}
