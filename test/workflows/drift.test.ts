import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { Drift } from '../../domain/rollout.ts';
import { toolTimeout } from '../support/tools.ts';
import { canaryDocument, stagesWith } from './support/document.ts';
import { Environment, type Handle, until } from './support/environment.ts';
import { evidenceOf, World } from './support/world.ts';

jest.setTimeout(60_000);

let environment: Environment;
beforeAll(async () => {
  environment = await Environment.start();
}, toolTimeout);
afterAll(() => environment.end());

const drift: Drift = {
  at: '2026-01-01T00:00:00.000Z',
  host: 'reviews',
  object: 'VirtualService default/reviews',
  manager: 'kubectl-edit',
  keeper: null,
  found: { v1: 0, v2: 100 },
  reasserted: true,
};

/** A world in which somebody changes the weights of the second stage, in the first watch of it. */
function changed(drifted: boolean): World {
  let left = 1;
  const world: World = new World({
    watchStage: async (args) => {
      if (args.workflowStage !== 'v2-10' || left-- === 0) return await world.watch(args);
      const early = drifted ? { ...args, deadline: new Date().toISOString() } : args;
      const seen = await world.watch(early, drifted ? 'inconclusive' : 'pass', 'kubectl-edit was here');
      return { ...seen, drifted, drifts: [{ ...drift, reasserted: !drifted }] };
    },
  });
  return world;
}

const untilFound = (handle: Handle) => until(handle, ({ step }) => step.startsWith('v2-10 waits'));

describe('weights that somebody else changed', () => {
  it('are reported with who it was, and the stage goes on where they were put right', async () => {
    const world = changed(false);
    const { result, details } = await environment.run(world, canaryDocument());
    expect(result.outcome).toBe('Promoted');
    expect(result.stages.map(({ drifts }) => drifts)).toEqual([[], [drift], [], []]);
    expect(world.shifts).toHaveLength(4);
    expect(world.watches[1]?.drift).toBe('reassert');
    expect(details).toContain(
      '- kubectl-edit left reviews v1 0, v2 100 in VirtualService default/reviews, put right',
    );
  });

  it('pause the run if the document says so; resume puts them right and holds for what was left', async () => {
    const world = changed(true);
    const document = canaryDocument({ drift: 'pause', stages: stagesWith(1, { hold: 3_000 }) });
    const { result, status } = await environment.run(world, document, async (handle) => {
      const found = await untilFound(handle);
      expect(found).toMatchObject({
        phase: 'Paused',
        paused: { by: 'sluice', reason: 'v2-10: kubectl-edit was here' },
      });
      await new Promise((done) => setTimeout(done, 300));
      expect(world.shifts).toHaveLength(2);
      await handle.signal('resume', { by: 'ada', reason: 'was me' });
    });
    expect(result.outcome).toBe('Promoted');
    expect(result.stages[1]?.drifts).toEqual([{ ...drift, reasserted: false }]);
    expect(world.shifts[2]).toEqual({ ratings: { v1: 100 }, reviews: { v1: 90, v2: 10, v3: 0 } });
    expect(status.decisions.map(({ action, by }) => [action, by])).toEqual([
      ['pause', 'sluice'],
      ['resume', 'ada'],
    ]);

    const [, first, second] = world.watches;
    expect(second?.since).not.toBe(first?.since);
    expect(Date.parse(second?.deadline ?? '')).toBeGreaterThan(Date.parse(first?.deadline ?? ''));
    const left = Date.parse(second?.deadline ?? '') - Date.parse(second?.since ?? '');
    expect(left).toBeGreaterThan(0);
    expect(left).toBeLessThanOrEqual(3_000);
  });

  it('are put right at once where the watch could not and the document does not say to pause', async () => {
    const world = changed(true);
    const { result } = await environment.run(world, canaryDocument());
    expect(result.outcome).toBe('Promoted');
    expect(result.stages[1]?.drifts).toEqual([{ ...drift, reasserted: false }]);
    expect(world.shifts[2]).toEqual({ ratings: { v1: 100 }, reviews: { v1: 90, v2: 10, v3: 0 } });
    expect(world.watches.map(({ workflowStage }) => workflowStage)).toEqual([
      'all-v1',
      'v2-10',
      'v2-10',
      'v3-50',
      'v3-100',
    ]);
  });

  it('can be promoted past: they are put right, and the hold is over', async () => {
    const world = changed(true);
    const document = canaryDocument({ drift: 'pause', stages: stagesWith(1, { hold: 60_000 }) });
    const { result } = await environment.run(world, document, async (handle) => {
      await untilFound(handle);
      await handle.signal('promote', { by: 'ada' });
    });
    expect(result.outcome).toBe('Promoted');
    expect(world.shifts.slice(2, 4)).toEqual([
      { ratings: { v1: 100 }, reviews: { v1: 90, v2: 10, v3: 0 } },
      { reviews: { v1: 50, v2: 0, v3: 50 } },
    ]);
  });
});

/** A world in which a tool writes its own weights as often as the stage is watched. */
function selfHealed(perWatch: number, reasserted: boolean): World {
  const world: World = new World({
    watchStage: async (args) => {
      const seen = await world.watch(
        { ...args, deadline: new Date().toISOString() },
        'inconclusive',
        'argocd',
      );
      const now = Date.now();
      const drifts = Array.from({ length: perWatch }, (_, index) => ({
        ...drift,
        at: new Date(now + index).toISOString(),
        reasserted,
      }));
      return { ...seen, drifted: true, drifts };
    },
  });
  return world;
}

describe.each([
  ['writes single fields', selfHealed(3, true), 1],
  ['replaces the object', selfHealed(1, false), 3],
] as const)('a tool that keeps writing its weights, and %s', (_how, world, shifts) => {
  it('is left alone after a few times, with one pause and one notice, until a person decides', async () => {
    const notifications = [{ url: 'http://127.0.0.1/hook', on: ['drift'] as const }];
    const document = canaryDocument({ notifications });
    const { result } = await environment.run(world, document, async (handle) => {
      await until(handle, ({ phase }) => phase === 'Paused');
      while (world.told.length === 0) await new Promise((done) => setTimeout(done, 20));
      expect(world.told).toEqual(['drift all-v1']);
      const { raw } = await handle.describe();
      // Nothing is to come without a person: no time that passes changes anything.
      expect(raw.pendingActivities ?? []).toEqual([]);
      const { events } = await handle.fetchHistory();
      expect(events?.filter(({ timerStartedEventAttributes: timer }) => timer)).toEqual([]);
      expect(world.shifts).toHaveLength(shifts);

      await handle.signal('resume', { by: 'ada' });
      await until(
        handle,
        ({ decisions }) => decisions.filter(({ action }) => action === 'pause').length === 2,
      );
      await handle.signal('abort', { by: 'ada' });
    });
    expect(result.outcome).toBe('Aborted');
    expect(world.told).toEqual(['drift all-v1', 'drift all-v1']);
  });
});

it('drifts are told while the stage holds, and its watch goes on as if nothing had been', async () => {
  let left = 1;
  const world: World = new World({
    watchStage: async (args) => {
      if (left-- !== 1) return await world.watch(args);
      const seen = await world.watch({ ...args, deadline: new Date().toISOString() });
      return { ...seen, reporting: true, drifts: [drift] };
    },
  });
  const notifications = [{ url: 'http://127.0.0.1/hook', on: ['drift'] as const }];
  const document = canaryDocument({ notifications, stages: stagesWith(0, { hold: 1_000 }) });
  const { result, status } = await environment.run(world, document, async (handle) => {
    await until(handle, ({ stages }) => stages[0]?.drifts.length === 1);
    expect((await until(handle, () => true)).stages[0]?.endedAt).toBeNull();
  });
  expect(result.outcome).toBe('Promoted');
  expect(status.warnings).toEqual([]);
  const since = world.watches[0]?.since ?? '';
  expect(world.watches[1]).toMatchObject({
    resumes: true,
    told: true,
    rewrites: [drift.at],
    earlier: evidenceOf(1),
    since,
    deadline: new Date(Date.parse(since) + 1_000).toISOString(),
  });
  expect(world.watches[2]).toMatchObject({ resumes: false, rewrites: [] });
});

describe('the evidence of a stage', () => {
  it('is handed on from watch to watch of the stage, and not to the next stage', async () => {
    const world = changed(true);
    await environment.run(world, canaryDocument({ drift: 'pause' }), async (handle) => {
      await untilFound(handle);
      await handle.signal('resume');
    });
    expect(world.watches.map(({ earlier }) => earlier)).toEqual([null, null, evidenceOf(2), null, null]);
  });
});

describe('a stage without gates and without a hold', () => {
  it('runs no watch', async () => {
    const world = new World();
    const stages = stagesWith(1, { gates: [], hold: 0 });
    const { result } = await environment.run(world, canaryDocument({ stages }));
    expect(world.watches.map(({ workflowStage }) => workflowStage)).toEqual(['all-v1', 'v3-50', 'v3-100']);
    expect(result.stages[1]).toMatchObject({ verdict: 'pass', reason: 'no gates', requests: null });
  });
});

it('replays every history of these tests', async () => {
  expect(await environment.replayAll()).toBe(9);
});
