import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { StageSpec } from '../../domain/spec/document.ts';
import { toolTimeout } from '../support/tools.ts';
import { anybody, canaryDocument, stagesWith } from './support/document.ts';
import { Environment, until } from './support/environment.ts';
import { World } from './support/world.ts';

jest.setTimeout(30_000);

let environment: Environment;
beforeAll(async () => {
  environment = await Environment.start();
}, toolTimeout);
afterAll(() => environment.end());

const ada = { by: 'ada', reason: 'looks good' };
const stable = { ratings: { v1: 100 }, reviews: { v1: 100 } };

/** A world in which the candidate of the second stage turns bad once its hold is over. */
function turningBad(): World {
  const world: World = new World({
    watchStage: async (args) => {
      if (args.deadline !== null) return world.watch(args);
      const soon = { ...args, deadline: new Date(Date.now() + 200).toISOString() };
      return world.watch(soon, 'fail', 'errors of reviews v2: 9 of 9 requests failed');
    },
  });
  return world;
}

const thirdWaits = (change: Partial<StageSpec>) => ({ stages: stagesWith(2, change) });

describe('a candidate that turns bad while its weights stand', () => {
  it('is taken back when an approval is awaited', async () => {
    const world = turningBad();
    const { result } = await environment.run(world, canaryDocument(thirdWaits({ approval: anybody })));
    expect(result).toMatchObject({
      outcome: 'RolledBack',
      reason: 'stage v2-10: errors of reviews v2: 9 of 9 requests failed',
      weights: stable,
    });
    expect(result.stages[1]).toMatchObject({
      verdict: 'fail',
      reason: 'errors of reviews v2: 9 of 9 requests failed',
    });
    expect(world.traffic).toEqual(stable);
  });

  it('is taken back when somebody has paused the run before the next stage', async () => {
    const world: World = turningBad();
    const document = canaryDocument({ stages: stagesWith(2, { approval: anybody }) });
    const { result } = await environment.run(world, document, async (handle) => {
      await until(handle, ({ phase }) => phase === 'WaitingApproval');
      await handle.signal('pause', ada);
      await handle.signal('approve', ada);
    });
    expect(result).toMatchObject({ outcome: 'RolledBack', weights: stable });
  });
});

describe('a candidate that turns bad while its own stage is open', () => {
  const rolledBack = {
    outcome: 'RolledBack',
    reason: 'stage v2-10: errors of reviews v2: 9 of 9 requests failed',
    weights: stable,
  };

  it('is taken back when a pause lasts past the hold', async () => {
    const document = canaryDocument({ stages: stagesWith(1, { hold: 1_500 }) });
    const { result } = await environment.run(turningBad(), document, async (handle) => {
      await until(handle, ({ step }) => step.startsWith('holding v2-10'));
      await handle.signal('pause', ada);
    });
    expect(result).toMatchObject(rolledBack);
  });

  it('is taken back while a person is asked what to make of too little evidence', async () => {
    const world: World = new World({
      watchStage: async (args) => {
        if (args.workflowStage !== 'v2-10') return world.watch(args);
        if (args.deadline !== null) return world.watch(args, 'inconclusive', 'no requests');
        const soon = { ...args, deadline: new Date(Date.now() + 200).toISOString() };
        return world.watch(soon, 'fail', 'errors of reviews v2: 9 of 9 requests failed');
      },
    });
    const { result, status } = await environment.run(world, canaryDocument());
    expect(result).toMatchObject(rolledBack);
    expect(status.decisions).toMatchObject([{ action: 'pause', by: 'sluice' }]);
  });
});

describe('a candidate that stays good while its weights stand', () => {
  it('goes on when the approval comes, with what its hold has counted', async () => {
    const world = new World();
    const { result } = await environment.run(
      world,
      canaryDocument(thirdWaits({ approval: anybody })),
      async (handle) => {
        await until(handle, ({ phase }) => phase === 'WaitingApproval');
        while (world.watches.length < 3) await new Promise((done) => setTimeout(done, 10));
        await handle.signal('approve', ada);
      },
    );
    expect(result.outcome).toBe('Promoted');
    expect(world.watches[2]).toMatchObject({
      workflowStage: 'v2-10',
      deadline: null,
      earlier: [{ last: 2 }],
    });
  });
});
