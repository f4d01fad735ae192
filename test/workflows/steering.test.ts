import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { ApplicationFailure } from '@temporalio/common';
import type { Phase } from '../../domain/rollout.ts';
import { toolTimeout } from '../support/tools.ts';
import { anybody, canaryDocument, rolloutDocument, stagesWith } from './support/document.ts';
import { Environment, type Handle, until } from './support/environment.ts';
import { type Behaviour, endless, isShifted, World } from './support/world.ts';

jest.setTimeout(30_000);

let environment: Environment;
beforeAll(async () => {
  environment = await Environment.start();
}, toolTimeout);
afterAll(() => environment.end());

const decision = { by: 'ada', reason: 'errors in checkout' };
const passed = {
  verdict: 'pass',
  reason: '',
  requests: 1,
  endedAt: '2000-01-01T00:00:00.000Z',
  gates: [],
  drifts: [],
  drifted: false,
  reporting: false,
  evidence: [],
} as const;
const stable = { ratings: { v1: 100 }, reviews: { v1: 100 } };

/** Waits until the second stage, the first one with a candidate, holds its weights. */
const untilHolding = (handle: Handle) => until(handle, ({ step }) => step.startsWith('holding v2-10'));

/** Canary stages whose second one holds long enough to steer in it. */
const longHold = (hold = 60_000) => ({ stages: stagesWith(1, { hold }) });

describe('abort', () => {
  const phases: [Phase, Behaviour][] = [
    ['Pending', { resolveSpec: endless }],
    ['Cluster', { ensureCluster: endless }],
    ['Cluster', { awaitCluster: endless }],
    ['Mesh', { installMesh: endless }],
    ['Application', { applyApplication: endless }],
    ['Application', { awaitApplication: endless }],
    ['Progressing', { claimTargets: endless }],
  ];

  it.each(phases)('in phase %s interrupts %o and has no traffic to restore', async (phase, behaviour) => {
    const world = new World(behaviour);
    const [name] = Object.keys(behaviour);
    const { result, status } = await environment.run(world, rolloutDocument(), async (handle) => {
      while (!world.calls.some((call) => call === name)) await new Promise((done) => setTimeout(done, 10));
      // A local activity is part of a workflow task, during which no query is answered.
      if (phase !== 'Pending' && phase !== 'Progressing') await until(handle, (now) => now.phase === phase);
      await handle.signal('abort', decision);
    });
    expect(result).toMatchObject({
      outcome: 'Aborted',
      reason: 'aborted by ada: errors in checkout',
      undone: [],
    });
    expect(world.shifts).toEqual([]);
    expect(status).toMatchObject({ phase: 'Aborted', aborted: { action: 'abort', ...decision } });
    expect(status.decisions).toHaveLength(1);
  });

  it('in a hold restores traffic at once, also when the watcher does not listen', async () => {
    const deaf: World = new World({
      watchStage: (args) =>
        isShifted(args.weights) ? new Promise((done) => setTimeout(done, 3_000, passed)) : deaf.watch(args),
    });
    let asked = 0;
    const { result } = await environment.run(deaf, canaryDocument(longHold()), async (handle) => {
      await untilHolding(handle);
      asked = Date.now();
      await handle.signal('abort', decision);
      await handle.result();
      expect(Date.now() - asked).toBeLessThan(1_500);
    });
    expect(result).toMatchObject({ outcome: 'Aborted', weights: stable });
    expect(deaf.traffic).toEqual(stable);
    expect(result.stages[1]).toMatchObject({ verdict: null, reason: 'aborted by ada: errors in checkout' });
    expect(Date.parse(result.stages[1]?.endedAt ?? '')).toBeGreaterThanOrEqual(asked - 1_000);
  });

  it('in a shift restores traffic although the interrupted shift writes once more', async () => {
    const world: World = new World({
      shiftTraffic: async (args) => {
        if (!isShifted(args.weights)) return world.shift(args);
        try {
          return await endless();
        } finally {
          await world.shift(args);
        }
      },
    });
    const { result } = await environment.run(world, canaryDocument(), async (handle) => {
      await until(handle, ({ step }) => step.startsWith('shifting v2-10'));
      await handle.signal('abort', decision);
    });
    expect(result).toMatchObject({ outcome: 'Aborted', weights: stable });
    expect(world.shifts.map(isShifted)).toEqual([false, false, true, false]);
    expect(world.traffic).toEqual(stable);
  });

  it('while it waits for approval or is paused ends the wait', async () => {
    const world = new World();
    const { result } = await environment.run(
      world,
      canaryDocument({ stages: stagesWith(1, { approval: anybody }) }),
      async (handle) => {
        await handle.signal('pause', decision);
        await until(handle, ({ phase, step }) => phase === 'Paused' && step.startsWith('paused'));
        await handle.signal('resume', decision);
        await until(handle, ({ phase }) => phase === 'WaitingApproval');
        await handle.signal('pause', decision);
        await handle.signal('abort', decision);
      },
    );
    expect(result.outcome).toBe('Aborted');
    expect(world.traffic).toEqual(stable);
  });

  it('before the first step, twice, and after the end changes nothing more', async () => {
    const world = new World();
    const { status } = await environment.run(world, canaryDocument(), async (handle) => {
      await handle.signal('abort', decision);
      await handle.signal('abort', { by: 'bob' });
      await handle.result();
      await expect(handle.signal('abort', decision)).rejects.toThrow();
    });
    expect(status.aborted).toMatchObject(decision);
    expect(world.shifts).toEqual([]);
  });

  it('is what a cancellation by Temporal means', async () => {
    const world = new World();
    const { result, status } = await environment.run(world, canaryDocument(longHold()), async (handle) => {
      await untilHolding(handle);
      await handle.cancel();
    });
    expect(result).toMatchObject({ outcome: 'Aborted', weights: stable });
    expect(status.aborted).toMatchObject({ by: 'temporal' });
  });

  it.each([
    [undefined, 'unknown', ''],
    [null, 'unknown', ''],
    [42, 'unknown', ''],
    [[], 'unknown', ''],
    [{ by: 7, reason: { a: 1 } }, 'unknown', ''],
    [{ reason: ' late ' }, 'unknown', 'late'],
    ['too many errors', 'unknown', 'too many errors'],
  ])('with the argument %j is by %s', async (argument, by, reason) => {
    const { result, status } = await environment.run(
      new World(),
      canaryDocument(longHold()),
      async (handle) => {
        await untilHolding(handle);
        await handle.signal('abort', ...(argument === undefined ? [] : [argument]));
      },
    );
    expect(result.outcome).toBe('Aborted');
    expect(status.decisions).toMatchObject([{ action: 'abort', by, reason }]);
  });
});

describe('pause', () => {
  it('in a hold keeps the stage, watched, past its deadline until resume', async () => {
    const world = new World();
    const { result, status } = await environment.run(world, canaryDocument(longHold(400)), async (handle) => {
      await untilHolding(handle);
      await handle.signal('pause', decision);
      await handle.signal('pause', { by: 'bob' });
      const paused = await until(handle, ({ step }) => step === 'paused, v2-10 keeps its weights');
      expect(paused).toMatchObject({ phase: 'Paused', paused: decision, weights: { reviews: { v2: 10 } } });
      await new Promise((done) => setTimeout(done, 500));
      expect(world.shifts).toHaveLength(2);
      await handle.signal('resume', decision);
    });
    const [, second] = result.stages;
    expect(result.outcome).toBe('Promoted');
    expect(Date.parse(second?.endedAt ?? '') - Date.parse(second?.observedAt ?? '')).toBeGreaterThan(850);
    expect(world.watches.map(({ deadline }) => deadline === null)).toEqual([
      false,
      false,
      true,
      false,
      false,
    ]);
    expect(status.paused).toBeNull();
    expect(status.decisions.map(({ action, by }) => [action, by])).toEqual([
      ['pause', 'ada'],
      ['pause', 'bob'],
      ['resume', 'ada'],
    ]);
  });

  it('that is lifted before the deadline changes nothing', async () => {
    const world = new World();
    const { result } = await environment.run(world, canaryDocument(longHold(1_500)), async (handle) => {
      await untilHolding(handle);
      await handle.signal('pause', decision);
      await handle.signal('resume', decision);
    });
    const [, second] = result.stages;
    expect(result.outcome).toBe('Promoted');
    expect(Date.parse(second?.endedAt ?? '') - Date.parse(second?.observedAt ?? '')).toBeLessThan(2_500);
    expect(world.watches).toHaveLength(4);
  });

  it('does not keep a gate that fails meanwhile from rolling back', async () => {
    const world: World = new World({
      watchStage: async (args) => {
        if (args.deadline !== null) return world.watch(args);
        await new Promise((done) => setTimeout(done, 200));
        return { ...passed, verdict: 'fail', reason: 'success rate 0.2' };
      },
    });
    const { result } = await environment.run(world, canaryDocument(longHold(300)), async (handle) => {
      await untilHolding(handle);
      await handle.signal('pause', decision);
    });
    expect(result).toMatchObject({
      outcome: 'RolledBack',
      reason: 'stage v2-10: success rate 0.2',
      weights: stable,
    });
  });

  it('before a shift keeps it from happening', async () => {
    const world = new World();
    const { result } = await environment.run(world, canaryDocument(), async (handle) => {
      await handle.signal('pause', null);
      await until(handle, ({ step }) => step === 'paused before all-v1');
      await new Promise((done) => setTimeout(done, 300));
      expect(world.shifts).toEqual([]);
      await handle.signal('resume');
    });
    expect(result.outcome).toBe('Promoted');
  });
});

describe('approval', () => {
  it('is awaited before a shift; one given before, or twice, or a resume does not count', async () => {
    const stages = stagesWith(1, { approval: anybody }).map((stage, index) =>
      index === 2 ? { ...stage, approval: anybody } : stage,
    );
    const world = new World();
    const { result, status } = await environment.run(world, canaryDocument({ stages }), async (handle) => {
      await handle.signal('approve', decision);
      await until(handle, ({ step }) => step === 'waiting for approval of v2-10');
      await handle.signal('resume', decision);
      await new Promise((done) => setTimeout(done, 200));
      expect(world.shifts).toHaveLength(1);
      await handle.signal('approve', decision);
      await handle.signal('approve', decision);
      await until(handle, ({ step, phase }) => phase === 'WaitingApproval' && step.endsWith('v3-50'));
      expect(world.shifts).toHaveLength(2);
      await handle.signal('approve', decision);
    });
    expect(result.outcome).toBe('Promoted');
    expect(status.decisions.map(({ action }) => action)).toEqual([
      'approve',
      'resume',
      'approve',
      'approve',
      'approve',
    ]);
  });
});

describe('an inconclusive stage', () => {
  /** A world whose second stage stays inconclusive for a number of looks. */
  const doubtful = (looks = Infinity): World => {
    let left = looks;
    const world: World = new World({
      watchStage: (args) =>
        args.weights.reviews?.v2 === 10 && left-- > 0
          ? world.watch(args, 'inconclusive', '2 of 10 requests')
          : world.watch(args),
    });
    return world;
  };

  it('is watched on, and passes when the evidence comes', async () => {
    const world = doubtful(2);
    const { result, status } = await environment.run(world, canaryDocument());
    expect(result.outcome).toBe('Promoted');
    expect(result.stages[1]).toMatchObject({ verdict: 'pass' });
    expect(world.watches).toHaveLength(6);
    expect(status.decisions).toEqual([]);
  });

  it.each(['resume', 'approve'] as const)('waits for a person after its time; %s goes on', async (signal) => {
    const world = doubtful();
    const { result, status } = await environment.run(world, canaryDocument(), async (handle) => {
      const waiting = await until(handle, ({ step }) => step.includes('resume or approve'));
      expect(waiting).toMatchObject({
        phase: 'Paused',
        paused: { by: 'sluice', reason: 'v2-10 is inconclusive: 2 of 10 requests' },
      });
      await handle.signal(signal, decision);
    });
    expect(result.outcome).toBe('Promoted');
    expect(result.stages[1]).toMatchObject({
      verdict: 'inconclusive',
      reason: '2 of 10 requests; ada decided to go on (errors in checkout)',
    });
    expect(status.decisions.map(({ action, by }) => [action, by])).toEqual([
      ['pause', 'sluice'],
      [signal, 'ada'],
    ]);
  });

  it('can be aborted while it waits', async () => {
    const world = doubtful();
    const { result } = await environment.run(world, canaryDocument(), async (handle) => {
      await until(handle, ({ step }) => step.includes('resume or approve'));
      await handle.signal('abort', decision);
    });
    expect(result).toMatchObject({ outcome: 'Aborted', weights: stable });
  });

  it('is rolled back after its time if the document says so', async () => {
    const world = doubtful();
    const document = canaryDocument({ inconclusive: { timeout: 300, then: 'rollBack' } });
    const { result } = await environment.run(world, document);
    expect(result).toMatchObject({
      outcome: 'RolledBack',
      reason: 'stage v2-10: 2 of 10 requests',
      weights: stable,
    });
    expect(result.stages[1]).toMatchObject({ verdict: 'inconclusive' });
  });

  it('is what a watch that cannot be done makes of a stage, after its whole hold', async () => {
    const world: World = new World({
      watchStage: (args) =>
        isShifted(args.weights)
          ? Promise.reject(ApplicationFailure.nonRetryable('Prometheus says 401', 'AccessDenied'))
          : world.watch(args),
    });
    const document = canaryDocument({ inconclusive: { timeout: 200, then: 'rollBack' } });
    const { result } = await environment.run(world, document);
    const [, second] = result.stages;
    expect(result).toMatchObject({ outcome: 'RolledBack' });
    expect(second?.reason).toBe('the gates could not be watched: Prometheus says 401');
    expect(Date.parse(second?.endedAt ?? '') - Date.parse(second?.observedAt ?? '')).toBeGreaterThanOrEqual(
      390,
    );
  });
});

it('replays every history of these tests', async () => {
  expect(await environment.replayAll()).toBeGreaterThanOrEqual(20);
}, 90_000);
