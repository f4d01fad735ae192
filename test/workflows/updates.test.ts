import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { Action, RecordedDecision } from '../../domain/rollout.ts';
import type { ApprovalSpec } from '../../domain/spec/document.ts';
import { toolTimeout } from '../support/tools.ts';
import { anybody, canaryDocument, stagesWith } from './support/document.ts';
import { Environment, type Handle, until } from './support/environment.ts';
import { World } from './support/world.ts';

jest.setTimeout(60_000);

let environment: Environment;
beforeAll(async () => {
  environment = await Environment.start();
}, toolTimeout);
afterAll(() => environment.end());

const ada = { by: 'ada', reason: 'looks good' };
const stable = { ratings: { v1: 100 }, reviews: { v1: 100 } };

const decide = (handle: Handle, action: Action, argument: unknown = ada) =>
  handle.executeUpdate<RecordedDecision, [unknown]>(action, { args: [argument] });

/** What an update is refused with. */
const refusal = (handle: Handle, action: Action, argument: unknown = ada) =>
  decide(handle, action, argument).then(
    () => null,
    (error: unknown) => (error as { cause: { type: string; message: string } }).cause,
  );
const refused = (message: string) => ({ type: 'Refused', message });

const untilHolding = (handle: Handle, stage = 'v2-10') =>
  until(handle, ({ step }) => step.startsWith(`holding ${stage}`));
const long = canaryDocument({ stages: stagesWith(1, { hold: 60_000 }) });
const approving = (approval: Partial<ApprovalSpec>) =>
  canaryDocument({ stages: stagesWith(1, { approval: { ...anybody, ...approval } }) });
const untilAsked = (handle: Handle) => until(handle, ({ phase }) => phase === 'WaitingApproval');

describe('an update', () => {
  it('answers with the decision as it is recorded', async () => {
    const { result, status } = await environment.run(new World(), long, async (handle) => {
      await untilHolding(handle);
      const paused = await decide(handle, 'pause');
      expect(paused).toEqual({ action: 'pause', ...ada, at: expect.stringMatching(/^20\d\d-/) });
      await decide(handle, 'resume', { by: 'bob', reason: '' });
      await decide(handle, 'abort');
    });
    expect(result.outcome).toBe('Aborted');
    expect(status.decisions.map(({ action, by }) => [action, by])).toEqual([
      ['pause', 'ada'],
      ['resume', 'bob'],
      ['abort', 'ada'],
    ]);
  });

  it('that does not apply is refused with the reason, and recorded nowhere', async () => {
    const { status } = await environment.run(new World(), long, async (handle) => {
      await untilHolding(handle);
      expect(await refusal(handle, 'resume')).toMatchObject(refused('not paused'));
      expect(await refusal(handle, 'approve')).toMatchObject(refused('nothing waits for approval'));
      expect(await refusal(handle, 'retry')).toMatchObject(refused('no failed stage waits for retry'));
      await decide(handle, 'pause');
      expect(await refusal(handle, 'pause')).toMatchObject(refused('already paused by ada'));
      await decide(handle, 'abort');
    });
    expect(status.decisions.map(({ action }) => action)).toEqual(['pause', 'abort']);
  });

  it('is refused while traffic goes back, with what ended the rollout', async () => {
    const world: World = new World({
      shiftTraffic: async (args) => {
        if (args.restoring) await new Promise((done) => setTimeout(done, 1_500));
        return world.shift(args);
      },
    });
    const { status } = await environment.run(world, long, async (handle) => {
      await untilHolding(handle);
      await decide(handle, 'abort');
      await until(handle, ({ phase }) => phase === 'RollingBack');
      expect(await refusal(handle, 'abort', { by: 'bob' })).toMatchObject(refused('already aborted by ada'));
      await handle.signal('pause', { by: 'bob' });
    });
    expect(status).toMatchObject({ aborted: ada, paused: null });
    expect(status.decisions.map(({ action }) => action)).toEqual(['abort', 'pause']);
  });
});

describe('approval', () => {
  it('counts from those alone who may give it, by update and by signal', async () => {
    const world = new World();
    const document = approving({ approvers: ['ada', 'eve'] });
    const { result, status } = await environment.run(world, document, async (handle) => {
      await untilAsked(handle);
      expect(await refusal(handle, 'approve', { by: 'bob' })).toMatchObject(
        refused('bob may not approve v2-10: ada, eve may'),
      );
      await handle.signal('approve', { by: 'bob' });
      await until(handle, ({ decisions }) => decisions.length === 1);
      expect(world.shifts).toHaveLength(1);
      await decide(handle, 'approve');
    });
    expect(result.outcome).toBe('Promoted');
    expect(status.decisions.map(({ by }) => by)).toEqual(['bob', 'ada']);
  });

  it('that nobody gives in time rolls the rollout back', async () => {
    const { result, status } = await environment.run(new World(), approving({ timeout: 300 }));
    expect(result).toMatchObject({
      outcome: 'RolledBack',
      reason: 'stage v2-10: nobody approved it within 300ms',
      weights: stable,
    });
    expect(status.decisions).toEqual([]);
  });

  it('that nobody gives in time is given by the document, if it says so', async () => {
    const { result, status } = await environment.run(
      new World(),
      approving({ timeout: 300, then: 'goOn', approvers: ['ada'] }),
    );
    expect(result.outcome).toBe('Promoted');
    expect(status.decisions).toMatchObject([
      {
        action: 'approve',
        by: 'sluice',
        reason: 'nobody approved it within 300ms, and the document says to go on then',
      },
    ]);
  });
});

describe('promote', () => {
  it('skips the rest of a hold, and no other', async () => {
    const world = new World();
    const { result } = await environment.run(world, long, async (handle) => {
      await untilHolding(handle);
      expect(await decide(handle, 'promote')).toMatchObject({ action: 'promote', full: false });
    });
    expect(result).toMatchObject({
      outcome: 'Promoted',
      reason: 'every stage passed, or somebody decided to go on',
    });
    expect(result.stages[1]).toMatchObject({
      verdict: 'inconclusive',
      reason: 'ada skipped the rest of the hold (looks good)',
    });
    expect(result.stages.map(({ verdict }) => verdict)).toEqual(['pass', 'inconclusive', 'pass', 'pass']);
    expect(world.shifts).toHaveLength(4);
  });

  it('ends a pause, and keeps what was seen before it', async () => {
    const world = new World();
    const document = canaryDocument({ stages: stagesWith(1, { hold: 400 }) });
    const { result, status } = await environment.run(world, document, async (handle) => {
      await untilHolding(handle);
      await decide(handle, 'pause');
      await until(handle, ({ step }) => step.startsWith('paused, v2-10'));
      await decide(handle, 'promote', { by: 'bob' });
    });
    expect(result.outcome).toBe('Promoted');
    expect(status.paused).toBeNull();
    expect(result.stages[1]).toMatchObject({
      verdict: 'pass',
      requests: 100,
      reason: 'bob skipped the rest of the hold',
    });
  });

  it('is refused where nothing holds', async () => {
    await environment.run(new World(), approving({}), async (handle) => {
      await untilAsked(handle);
      expect(await refusal(handle, 'promote')).toMatchObject(refused('no hold to skip'));
      await decide(handle, 'approve');
    });
  });

  it('in full gives the weights of the last stage at once, by way of every check of a shift', async () => {
    const world = new World();
    const document = canaryDocument({
      stages: stagesWith(1, { hold: 60_000 }).map((stage, index) =>
        index === 2 ? { ...stage, approval: anybody, weights: { ratings: { v2: 100 } } } : stage,
      ),
    });
    const { result, status } = await environment.run(world, document, async (handle) => {
      await untilHolding(handle);
      await decide(handle, 'promote', { ...ada, full: true });
    });
    expect(result).toMatchObject({ outcome: 'Promoted', reason: 'promoted by ada: looks good', undone: [] });
    expect(world.shiftArguments).toHaveLength(3);
    expect(world.shiftArguments[2]).toMatchObject({
      weights: { ratings: { v2: 100 }, reviews: { v1: 0, v2: 0, v3: 100 } },
      capacity: { ratings: 1, reviews: 3 },
    });
    expect(result.stages.map(({ verdict, reason }) => [verdict, reason])).toEqual([
      ['pass', ''],
      ['inconclusive', 'ada skipped the rest of the hold (looks good)'],
      [null, 'skipped: ada promoted the rollout (looks good)'],
      [null, 'ada promoted the rollout (looks good)'],
    ]);
    expect(status.decisions).toMatchObject([{ action: 'promote', full: true }]);
  });

  it('in full is not for those who may not give an approval that it would skip', async () => {
    const { result } = await environment.run(
      new World(),
      approving({ approvers: ['eve'] }),
      async (handle) => {
        await untilAsked(handle);
        expect(await refusal(handle, 'promote', { ...ada, full: true })).toMatchObject(
          refused('ada may not skip the approval of v2-10: eve may'),
        );
        await decide(handle, 'promote', { by: 'eve', full: true });
      },
    );
    expect(result).toMatchObject({ outcome: 'Promoted', reason: 'promoted by eve' });
  });

  it('does not take a stage on whose gate failed', async () => {
    const world: World = new World({
      watchStage: (args) => world.watch(args, world.watches.length === 1 ? 'fail' : 'pass', 'too slow'),
    });
    const { result } = await environment.run(world, canaryDocument(), async (handle) => {
      await until(handle, ({ stage }) => stage === 'all-v1');
      await handle.signal('promote', { full: false });
    });
    expect(result.outcome).toBe('RolledBack');
  });
});

it('replays every history of these tests', async () => {
  expect(await environment.replayAll()).toBe(12);
});
