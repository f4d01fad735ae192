import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { CanaryDocument } from '../../domain/spec/document.ts';
import { toolTimeout } from '../support/tools.ts';
import { canaryDocument, stagesWith } from './support/document.ts';
import { Environment, type Handle, until } from './support/environment.ts';
import { failure, World } from './support/world.ts';

jest.setTimeout(60_000);

let environment: Environment;
beforeAll(async () => {
  environment = await Environment.start();
}, toolTimeout);
afterAll(() => environment.end());

const stable = { ratings: { v1: 100 }, reviews: { v1: 100 } };
const retried = (change: Partial<CanaryDocument['spec']> = {}) =>
  canaryDocument({ retry: { timeout: 60_000, limit: 2 }, ...change });
const untilFailed = (handle: Handle) => until(handle, ({ phase }) => phase === 'WaitingRetry');

/** A world whose second stage fails a number of times. */
function failing(times: number, behaviour: ConstructorParameters<typeof World>[0] = {}): World {
  let left = times;
  const world: World = new World({
    watchStage: (args) =>
      args.workflowStage === 'v2-10' && left-- > 0
        ? world.watch(args, 'fail', 'too slow')
        : world.watch(args),
    ...behaviour,
  });
  return world;
}

describe('a stage that failed', () => {
  it('leaves traffic on the stable version, and gets all of its weights again when it is retried', async () => {
    const world = failing(1);
    const { result, status } = await environment.run(world, retried(), async (handle) => {
      const waiting = await untilFailed(handle);
      expect(waiting).toMatchObject({
        step: 'v2-10 failed (too slow): retry to try it again, abort to end, within 1m',
        weights: stable,
      });
      expect(world.traffic).toEqual(stable);
      await handle.signal('retry', { by: 'ada', reason: 'cache was cold' });
    });
    expect(world.shifts.slice(1, 4)).toEqual([
      { reviews: { v1: 90, v2: 10, v3: 0 } },
      stable,
      { ratings: { v1: 100 }, reviews: { v1: 90, v2: 10, v3: 0 } },
    ]);
    expect(result).toMatchObject({ outcome: 'Promoted', reason: 'every stage passed', undone: [] });
    expect(result.stages[1]).toMatchObject({ verdict: 'pass', reason: '' });
    expect(status.decisions).toMatchObject([{ action: 'retry', by: 'ada', reason: 'cache was cold' }]);
  });

  it('begins each try without the evidence of the one before', async () => {
    const world = failing(1);
    await environment.run(world, retried(), async (handle) => {
      await untilFailed(handle);
      await handle.signal('retry');
    });
    expect(world.watches.map(({ earlier }) => earlier)).toEqual(Array(5).fill(null));
  });

  it('is retried as often as the document allows, then rolled back', async () => {
    const world = failing(Infinity);
    const { result } = await environment.run(world, retried(), async (handle) => {
      for (const count of [2, 3]) {
        await until(handle, ({ phase }) => phase === 'WaitingRetry' && world.watches.length === count);
        await handle.signal('retry');
      }
    });
    expect(result).toMatchObject({ outcome: 'RolledBack', reason: 'stage v2-10: too slow', weights: stable });
    expect(world.watches).toHaveLength(4);
  });

  it('is rolled back when nobody retries it in time', async () => {
    const { result } = await environment.run(failing(1), retried({ retry: { timeout: 300, limit: 2 } }));
    expect(result).toMatchObject({ outcome: 'RolledBack', reason: 'stage v2-10: too slow', weights: stable });
  });

  it('can be aborted while it waits', async () => {
    const { result } = await environment.run(failing(1), retried(), async (handle) => {
      await untilFailed(handle);
      await handle.signal('abort', { by: 'ada' });
    });
    expect(result).toMatchObject({ outcome: 'Aborted', reason: 'aborted by ada', weights: stable });
    expect(result.stages[1]).toMatchObject({ verdict: 'fail', reason: 'too slow' });
  });

  it('waits for nobody when traffic cannot be put back', async () => {
    const world: World = failing(1, {
      shiftTraffic: (args) =>
        args.restoring ? failure('AccessDenied', 'may not patch virtualservices') : world.shift(args),
    });
    const { result } = await environment.run(world, retried());
    expect(result).toMatchObject({
      outcome: 'Failed',
      reason: 'stage v2-10: too slow; traffic was not put back: may not patch virtualservices',
      undone: [{ name: 'traffic', outcome: 'failed', reason: 'may not patch virtualservices' }],
    });
  });
});

describe('a progress deadline', () => {
  const late = { outcome: 'Failed', weights: stable };

  it('of a stage takes traffic back and fails the run', async () => {
    const stages = stagesWith(1, { hold: 60_000, progressDeadline: 400 });
    const { result } = await environment.run(new World(), canaryDocument({ stages }));
    const reason = 'stage v2-10 did not end within its progress deadline of 400ms';
    expect(result).toMatchObject({ ...late, reason });
    expect(result.stages[1]).toMatchObject({ verdict: null, reason });
  });

  it('of the rollout counts its stages together', async () => {
    const stages = stagesWith(2, { hold: 60_000 });
    const { result } = await environment.run(
      new World(),
      canaryDocument({ stages, progressDeadline: 2_000 }),
    );
    expect(result).toMatchObject({
      ...late,
      reason: 'the rollout did not end within its progress deadline of 2s',
    });
    expect(result.stages.map(({ verdict }) => verdict)).toEqual(['pass', 'pass', null, null]);
  });

  it('stands still while somebody has paused the run, or is waited for', async () => {
    const stages = stagesWith(1, {
      progressDeadline: 8_000,
      approval: { approvers: null, timeout: null, then: 'rollBack' },
    });
    const world = new World();
    const document = canaryDocument({ stages, progressDeadline: 8_000 });
    const { result } = await environment.run(world, document, async (handle) => {
      await until(handle, ({ phase }) => phase === 'WaitingApproval');
      await new Promise((done) => setTimeout(done, 8_500));
      await handle.signal('approve');
      await handle.signal('pause');
      await until(handle, ({ step }) => step.startsWith('paused'));
      await new Promise((done) => setTimeout(done, 8_500));
      await handle.signal('resume');
    });
    expect(result.outcome).toBe('Promoted');
  });

  it('that is met leaves the promoted version alone', async () => {
    const stages = stagesWith(3, { progressDeadline: 60_000 });
    const world = new World();
    const { result } = await environment.run(world, canaryDocument({ stages, progressDeadline: 60_000 }));
    expect(result).toMatchObject({ outcome: 'Promoted', undone: [] });
    expect(world.shifts).toHaveLength(4);
  });
});

it('replays every history of these tests', async () => {
  expect(await environment.replayAll()).toBe(10);
});
