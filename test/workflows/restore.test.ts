import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { toolTimeout } from '../support/tools.ts';
import type { RestoreInput, RestoreResult } from '../../workflows/messages.ts';
import { canaryDocument, stagesWith } from './support/document.ts';
import { Environment, type Handle, until } from './support/environment.ts';
import { capacity, failure, World } from './support/world.ts';

jest.setTimeout(60_000);

let environment: Environment;
beforeAll(async () => {
  environment = await Environment.start();
}, toolTimeout);
afterAll(() => environment.end());

const held = canaryDocument({ stages: stagesWith(1, { hold: 600_000 }) });

/** Terminates a run in its second stage, and asks it afterwards what putting its traffic back takes. */
async function terminated(taskQueue: string): Promise<RestoreInput | null> {
  const handle = await environment.start('canary', taskQueue, [{ document: held }]);
  await until(handle, ({ step }) => step.startsWith('holding v2-10'));
  await handle.terminate('by hand');
  return await restoreInputOf(handle);
}

const restoreInputOf = (handle: Handle) => handle.query<RestoreInput | null>('restore');

describe('a run that was terminated', () => {
  it('tells what its traffic takes to go back, and another run puts it back by that', async () => {
    const world = new World();
    await environment.withWorker(world, async (taskQueue) => {
      const input = await terminated(taskQueue);
      expect(input).toMatchObject({
        namespace: 'default',
        weights: { ratings: { v1: 100 }, reviews: { v1: 100 } },
        capacity,
        previous: { reviews: [{ virtualService: 'reviews-0' }], ratings: [{ virtualService: 'ratings-0' }] },
      });
      world.calls.length = 0;
      const handle = await environment.start('restore', taskQueue, [input]);
      const result = (await handle.result()) as RestoreResult;
      expect(result).toEqual({ weights: input?.weights, warnings: [] });
      expect(world.shiftArguments.at(-1)).toEqual({ ...input, restoring: true });
      expect(world.calls.filter((name) => name !== 'watchStage')).toEqual([
        'lockTargets',
        'shiftTraffic',
        'releaseTargets',
      ]);
    });
  });

  it('stays as it is while another open run has its services', async () => {
    const world = new World({ lockTargets: () => failure('TargetBusy', 'reviews is taken') });
    await environment.withWorker(world, async (taskQueue) => {
      const handle = await environment.start('restore', taskQueue, [await terminated(taskQueue)]);
      await expect(handle.result()).rejects.toMatchObject({ cause: { message: 'reviews is taken' } });
      expect(world.shiftArguments.some(({ restoring }) => restoring)).toBe(false);
      expect(world.calls).not.toContain('releaseTargets');
    });
  });
});

describe('proxies that do not follow in time', () => {
  it('get more of it, and then the restore fails with what it saw; the services are given back', async () => {
    const world: World = new World({
      shiftTraffic: (args) =>
        args.restoring ? failure('DeadlineExceeded', 'not seen in a proxy') : world.shift(args),
    });
    await environment.withWorker(world, async (taskQueue) => {
      const input = await terminated(taskQueue);
      world.calls.length = 0;
      const handle = await environment.start('restore', taskQueue, [input]);
      await expect(handle.result()).rejects.toMatchObject({
        cause: { cause: { message: 'not seen in a proxy' } },
      });
      expect(world.calls.filter((name) => name === 'shiftTraffic')).toHaveLength(3);
      expect(world.calls).toContain('releaseTargets');
    });
  });
});

it('a run that changed no traffic has none to put back', async () => {
  const world = new World({ claimTargets: () => failure('InvalidTarget', 'no Service reviews') });
  const { handle } = await environment.run(world, held);
  await environment.withWorker(
    world,
    async () => expect(await restoreInputOf(handle)).toBeNull(),
    (await handle.describe()).taskQueue,
  );
});
