import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { Context } from '@temporalio/activity';
import { lastEvidence } from '../../activities/gates/last-evidence.ts';
import type { GateReport } from '../../domain/rollout.ts';
import { toolTimeout } from '../support/tools.ts';
import { canaryDocument, stagesWith } from './support/document.ts';
import { Environment, type Handle, until } from './support/environment.ts';
import { evidenceOf, World } from './support/world.ts';

jest.setTimeout(30_000);

let environment: Environment;
beforeAll(async () => {
  environment = await Environment.start();
}, toolTimeout);
afterAll(() => environment.end());

const ada = { by: 'ada', reason: 'errors in checkout' };
const untilHolding = (handle: Handle) => until(handle, ({ step }) => step.startsWith('holding v2-10'));

const report: GateReport = {
  name: 'errors',
  host: 'reviews',
  subset: 'v2',
  verdict: 'pass',
  value: 0,
  samples: 7,
  failures: 0,
  inconclusives: 0,
  consecutiveErrors: 0,
  requests: 42,
  dryRun: false,
  reason: '0 of 42 requests failed',
};
const shown = { requests: 42, gates: [report] };

/** A world whose watch of the second stage ends as a real one does when it is cancelled: with what it has seen. */
function answering(): World {
  const world: World = new World({
    watchStage: async (args) => {
      if (args.workflowStage !== 'v2-10') return world.watch(args);
      try {
        return await world.watch(args);
      } catch {
        const endedAt = new Date().toISOString();
        const seen = { ...shown, verdict: 'pass', reason: '', endedAt } as const;
        return { ...seen, drifts: [], reporting: false, drifted: false, evidence: evidenceOf(1) };
      }
    },
  });
  return world;
}

/** A world whose watch of the second stage tells what it has seen by heartbeats alone, and hears of no cancellation. */
function deaf(evidenceKnown: typeof lastEvidence = lastEvidence): World {
  const world: World = new World({
    lastEvidence: evidenceKnown,
    watchStage: async (args) => {
      if (args.workflowStage !== 'v2-10') return world.watch(args);
      for (let beats = 0; beats < 50; beats++) {
        Context.current().heartbeat({ stage: 'v2-10', requests: 42, evidence: [{ reports: [report] }] });
        await setTimeout(100);
      }
      return await world.watch(args);
    },
  });
  return world;
}

const longHold = canaryDocument({ stages: stagesWith(1, { hold: 60_000 }) });

describe('a stage that is aborted', () => {
  it('shows what its watch last told, and nobody waits for the watch', async () => {
    const { result } = await environment.run(deaf(), longHold, async (handle) => {
      await untilHolding(handle);
      await setTimeout(600);
      const asked = Date.now();
      await handle.signal('abort', ada);
      await handle.result();
      expect(Date.now() - asked).toBeLessThan(1_500);
    });
    expect(result).toMatchObject({ outcome: 'Aborted' });
    expect(result.stages[1]).toMatchObject({
      ...shown,
      verdict: null,
      reason: 'aborted by ada: errors in checkout',
    });
  });

  it('warns when that is not known, and is aborted all the same', async () => {
    // A watch that answers before the end tells what it saw itself.
    const world = deaf(() => Promise.reject(new Error('the server is away')));
    const { result, status } = await environment.run(world, longHold, async (handle) => {
      await untilHolding(handle);
      await handle.signal('abort', ada);
    });
    expect(result).toMatchObject({ outcome: 'Aborted' });
    expect(status.warnings).toEqual(['what the cancelled watch saw is not known: the server is away']);
  });
});

describe('a stage that is paused past its hold', () => {
  it('counts until it is resumed', async () => {
    const document = canaryDocument({ stages: stagesWith(1, { hold: 1_000 }) });
    let resumed = 0;
    const { result } = await environment.run(answering(), document, async (handle) => {
      await untilHolding(handle);
      await handle.signal('pause', ada);
      await until(handle, ({ step }) => step === 'paused, v2-10 keeps its weights');
      expect((await until(handle, () => true)).stages[1]).toMatchObject({ requests: 100, endedAt: null });
      resumed = Date.now();
      await handle.signal('resume', ada);
    });
    expect(result.outcome).toBe('Promoted');
    expect(result.stages[1]).toMatchObject({ ...shown, verdict: 'pass' });
    expect(Date.parse(result.stages[1]?.endedAt ?? '')).toBeGreaterThanOrEqual(resumed - 1_000);
  });
});

describe('a stage that is tried again', () => {
  it('keeps what its failed attempts showed', async () => {
    let failures = 1;
    const world: World = new World({
      watchStage: (args) =>
        args.workflowStage === 'v2-10' && failures-- > 0
          ? world.watch(args, 'fail', 'too slow')
          : world.watch(args),
    });
    const document = canaryDocument({ retry: { timeout: 60_000, limit: 2 } });
    const { result, details } = await environment.run(world, document, async (handle) => {
      await until(handle, ({ phase }) => phase === 'WaitingRetry');
      await handle.signal('retry', ada);
    });
    const [first, second] = result.stages;
    expect(first).not.toHaveProperty('attempts');
    expect(second).toMatchObject({ verdict: 'pass', reason: '' });
    expect(second?.attempts).toMatchObject([{ verdict: 'fail', reason: 'too slow', requests: 100 }]);
    expect(Date.parse(second?.attempts?.[0]?.endedAt ?? '')).toBeLessThanOrEqual(
      Date.parse(second?.startedAt ?? ''),
    );
    expect(details).toContain('v2-10 (attempt 1)');
  });
});

it('replays every history of these tests', async () => {
  expect(await environment.replayAll()).toBe(4);
});
