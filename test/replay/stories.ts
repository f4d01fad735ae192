/** Each way a rollout can go, to be recorded once and replayed for ever. */
import type { Action } from '../../domain/rollout.ts';
import type { CanaryDocument, RolloutDocument } from '../../domain/spec/document.ts';
import { anybody, canaryDocument, rolloutDocument, stagesWith } from '../workflows/support/document.ts';
import { type Handle, until } from '../workflows/support/environment.ts';
import { labConnection } from '../support/empty-teardown.ts';
import { type Behaviour, endless, failure, isShifted, World } from '../workflows/support/world.ts';

export interface Story {
  readonly type: 'rollout' | 'canary' | 'restore' | 'teardown';
  readonly world: World;
  readonly input: unknown;
  readonly steer?: (handle: Handle) => Promise<void>;
}

const ada = { by: 'ada', reason: 'for the record' };
const receivers = [{ url: 'http://127.0.0.1/hook', on: ['approval', 'stageFailed', 'promoted'] }] as const;

/** All stories, by the name of their recording. */
export const stories: Readonly<Record<string, () => Story>> = {
  promoted: () => rollout(new World()),

  'promoted-after-approval': () =>
    canary(
      new World(),
      { stages: stagesWith(1, { approval: { ...anybody, timeout: 60_000 } }), notifications: receivers },
      async (handle) => {
        await until(handle, ({ phase }) => phase === 'WaitingApproval');
        await decide(handle, 'approve');
      },
    ),

  'promoted-after-pause': () =>
    canary(new World(), { stages: stagesWith(1, { hold: 1_000 }) }, async (handle) => {
      await holding(handle);
      await decide(handle, 'pause');
      await until(handle, ({ step }) => step.startsWith('paused, v2-10'));
      await handle.signal('resume', ada);
    }),

  'promoted-early': () =>
    canary(new World(), { stages: stagesWith(1, { hold: 60_000 }) }, async (handle) => {
      await holding(handle);
      await decide(handle, 'promote');
    }),

  'promoted-in-full': () =>
    canary(new World(), { stages: stagesWith(1, { hold: 60_000 }) }, async (handle) => {
      await holding(handle);
      await decide(handle, 'promote', { ...ada, full: true });
    }),

  'promoted-after-retry': () =>
    canary(
      judging('fail'),
      { retry: { timeout: 60_000, limit: 1 }, notifications: receivers },
      async (handle) => {
        await until(handle, ({ phase }) => phase === 'WaitingRetry');
        await decide(handle, 'retry');
      },
    ),

  'promoted-after-drift': () =>
    canary(drifting(), { drift: 'pause' }, async (handle) => {
      await until(handle, ({ step }) => step.includes('has other weights'));
      await decide(handle, 'resume');
    }),

  'promoted-though-inconclusive': () =>
    canary(
      judging('inconclusive', Infinity),
      { inconclusive: { timeout: 200, then: 'pause' } },
      async (handle) => {
        await until(handle, ({ step }) => step.includes('resume or approve'));
        await decide(handle, 'approve');
      },
    ),

  'promoted-in-time': () =>
    canary(new World(), {
      progressDeadline: 60_000,
      stages: stagesWith(1, { progressDeadline: 60_000, gates: [] }),
    }),

  'rolled-back-by-gate': () => rollout(judging('fail'), { onFailure: 'remove' }),

  'rolled-back-inconclusive': () =>
    canary(judging('inconclusive', Infinity), { inconclusive: { timeout: 200, then: 'rollBack' } }),

  'rolled-back-unapproved': () =>
    canary(new World(), { stages: stagesWith(1, { approval: { ...anybody, timeout: 200 } }) }),

  'aborted-in-hold': () =>
    canary(new World(), { stages: stagesWith(1, { hold: 60_000 }) }, async (handle) => {
      await holding(handle);
      await handle.signal('abort', ada);
    }),

  'aborted-in-shift': () =>
    canary(
      worldWith({
        shiftTraffic: (world) => (args) => (isShifted(args.weights) ? endless() : world.shift(args)),
      }),
      {},
      async (handle) => {
        await until(handle, ({ step }) => step.startsWith('shifting v2-10'));
        await decide(handle, 'abort');
      },
    ),

  'failed-target': () =>
    canary(new World({ claimTargets: () => failure('InvalidTarget', 'no service reviews') })),

  'failed-deadline': () =>
    canary(new World(), { stages: stagesWith(1, { hold: 60_000, progressDeadline: 300 }) }),

  'failed-restore': () =>
    canary(
      worldWith({
        watchStage: (world) => (args) => world.watch(args, 'fail', 'too slow'),
        shiftTraffic: (world) => (args) =>
          args.restoring ? failure('AccessDenied', 'may not patch') : world.shift(args),
      }),
    ),

  restored: () => ({
    type: 'restore',
    world: new World(),
    input: {
      connection: labConnection,
      namespace: 'default',
      services: canaryDocument({}).spec.services,
      weights: { reviews: { v1: 100 } },
      capacity: {},
      previous: {},
      observeTimeout: 60_000,
    },
  }),

  teardown: () => ({ type: 'teardown', world: new World(), input: { ...everything, namespace: 'default' } }),
};

const everything = {
  connection: labConnection,
  created: {
    cluster: true,
    mesh: true,
    namespaceLabel: true,
    objects: [{ apiVersion: 'v1', kind: 'Service', name: 'reviews', namespace: 'default' }],
  },
};

type Steer = (handle: Handle) => Promise<void>;

function rollout(world: World, change: Partial<RolloutDocument['spec']> = {}): Story {
  return { type: 'rollout', world, input: { document: rolloutDocument(change) } };
}

function canary(world: World, change: Partial<CanaryDocument['spec']> = {}, steer?: Steer): Story {
  const story = { type: 'canary', world, input: { document: canaryDocument(change) } } as const;
  return steer ? { ...story, steer } : story;
}

async function decide(handle: Handle, action: Action, argument: unknown = ada): Promise<void> {
  await handle.executeUpdate(action, { args: [argument] });
}

async function holding(handle: Handle): Promise<void> {
  await until(handle, ({ step }) => step.startsWith('holding v2-10'));
}

type Bound = { [Name in keyof Behaviour]?: (world: World) => NonNullable<Behaviour[Name]> };

/** A world whose behaviour falls back on what it does when it is healthy. */
function worldWith(behaviour: Bound): World {
  const world: World = new World(
    Object.fromEntries(
      Object.entries(behaviour).map(([name, act]) => [name, (args: never) => act(world)(args)]),
    ),
  );
  return world;
}

/** A world whose gates say something else than pass of the second stage, a number of times. */
function judging(verdict: 'fail' | 'inconclusive', times = 1): World {
  let left = times;
  return worldWith({
    watchStage: (world) => (args) =>
      args.workflowStage === 'v2-10' && left-- > 0
        ? world.watch(args, verdict, '3 of 12 requests')
        : world.watch(args),
  });
}

/** A world in which somebody changes the weights of the second stage. */
function drifting(): World {
  let left = 1;
  return worldWith({
    watchStage: (world) => async (args) => {
      if (args.workflowStage !== 'v2-10' || left-- === 0) return await world.watch(args);
      const seen = await world.watch({ ...args, deadline: args.since }, 'inconclusive', 'foreign weights');
      return { ...seen, drifted: true };
    },
  });
}
