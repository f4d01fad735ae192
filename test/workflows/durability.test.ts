import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { RolloutStatus } from '../../domain/rollout.ts';
import { toolTimeout } from '../support/tools.ts';
import { canaryDocument, stagesWith } from './support/document.ts';
import { Environment, type Handle, resultOf, until } from './support/environment.ts';
import { World } from './support/world.ts';

jest.setTimeout(60_000);

let environment: Environment;
beforeAll(async () => {
  environment = await Environment.start();
}, toolTimeout);
afterAll(() => environment.end());

const document = canaryDocument({ stages: stagesWith(1, { hold: 4_000 }) });

/** Starts a run and ends its worker in the middle of the second stage's hold. */
async function interrupt(world: World, taskQueue: string): Promise<Handle> {
  const start = async () => {
    const handle = await environment.start('canary', taskQueue, [{ document }]);
    await until(handle, ({ step }) => step.startsWith('holding v2-10'));
    return handle;
  };
  return await environment.withWorker(world, start, taskQueue);
}

it('keeps the absolute deadline of a hold when the worker ends and another one takes over', async () => {
  const world = new World();
  const taskQueue = randomUUID();
  const handle = await interrupt(world, taskQueue);
  const result = await environment.withWorker(world, () => resultOf(handle), taskQueue);

  expect(result.outcome).toBe('Promoted');
  const [, second] = result.stages;
  const held = Date.parse(second?.endedAt ?? '') - Date.parse(second?.observedAt ?? '');
  expect(held).toBeGreaterThanOrEqual(3_990);
  expect(held).toBeLessThan(5_500);
  const watches = world.watches.filter(({ weights }) => weights.reviews?.v2 === 10);
  expect(watches.length).toBeGreaterThanOrEqual(2);
  expect(new Set(watches.map(({ deadline }) => deadline)).size).toBe(1);
  expect(world.shifts).toHaveLength(4);
});

it('goes on at once when the deadline passed while there was no worker', async () => {
  const world = new World();
  const taskQueue = randomUUID();
  const handle = await interrupt(world, taskQueue);
  await new Promise((done) => setTimeout(done, 4_500));
  const result = await environment.withWorker(world, () => resultOf(handle), taskQueue);
  expect(result.outcome).toBe('Promoted');
});

it('hears a signal that was sent while there was no worker', async () => {
  const world = new World();
  const taskQueue = randomUUID();
  const handle = await interrupt(world, taskQueue);
  await handle.signal('abort', { by: 'ada', reason: 'at night' });
  const result = await environment.withWorker(world, () => resultOf(handle), taskQueue);
  expect(result).toMatchObject({ outcome: 'Aborted', reason: 'aborted by ada: at night' });
  expect(world.traffic.reviews).toEqual({ v1: 100 });
});

describe("a worker's clock that is ahead", () => {
  /** Watches that end early by `ahead` ms, as long as they go by the worker's clock. */
  function worldAhead(ahead: number): World {
    const world = new World();
    world.activities.watchStage = async (args) => {
      const by = args.clock === 'worker' ? ahead : 0;
      const { deadline } = args;
      return await world.watch({
        ...args,
        deadline: deadline === null ? null : new Date(Date.parse(deadline) - by).toISOString(),
      });
    };
    return world;
  }

  it.each([
    { ahead: 500, clocks: ['worker'], warned: false },
    { ahead: 2_500, clocks: ['worker', 'temporal'], warned: true },
    { ahead: 3_600_000, clocks: ['worker', 'temporal'], warned: true },
  ])('by $ahead ms does not shorten a hold', async ({ ahead, clocks, warned }) => {
    const world = worldAhead(ahead);
    const taskQueue = randomUUID();
    const run = async () => {
      const handle = await environment.start('canary', taskQueue, [{ document }]);
      return { result: await resultOf(handle), status: await handle.query<RolloutStatus>('status') };
    };
    const { result, status } = await environment.withWorker(world, run, taskQueue);

    expect(result.outcome).toBe('Promoted');
    const history = world.watches.filter(({ workflowStage }) => workflowStage === 'v2-10');
    expect(history.map(({ clock }) => clock)).toEqual(clocks);
    const [, , third] = result.stages;
    const [, second] = result.stages;
    // The next stage begins when this one ends, by the clock of the workflow.
    const held = Date.parse(third?.startedAt ?? '') - Date.parse(second?.observedAt ?? '');
    expect(held).toBeGreaterThanOrEqual(4_000);
    expect(held).toBeLessThan(9_000);
    expect(status.warnings.some((warning) => warning.includes("ahead of Temporal's"))).toBe(warned);
  });
});

it('replays every history of these tests', async () => {
  expect(await environment.replayAll()).toBe(6);
});
