import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
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

it('replays every history of these tests', async () => {
  expect(await environment.replayAll()).toBe(3);
});
