import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { type CanaryDocument, notifiedEvents, type NotifiedEvent } from '../../domain/spec/document.ts';
import { toolTimeout } from '../support/tools.ts';
import { anybody, canaryDocument, stagesWith } from './support/document.ts';
import { Environment, until } from './support/environment.ts';
import { failure, World } from './support/world.ts';

jest.setTimeout(60_000);

let environment: Environment;
beforeAll(async () => {
  environment = await Environment.start();
}, toolTimeout);
afterAll(() => environment.end());

const told = (change: Partial<CanaryDocument['spec']> = {}, on: readonly NotifiedEvent[] = notifiedEvents) =>
  canaryDocument({ notifications: [{ url: 'http://127.0.0.1/hook', on }], ...change });

describe('people', () => {
  it('are told what is asked of them, and how it ended', async () => {
    const world = new World();
    const document = told({ stages: stagesWith(1, { approval: anybody }) });
    await environment.run(world, document, async (handle) => {
      await until(handle, ({ phase }) => phase === 'WaitingApproval');
      await handle.signal('approve');
    });
    expect(world.told).toEqual(['approval v2-10', 'promoted']);
  });

  it('are told of a stage that is inconclusive, then fails', async () => {
    const world: World = new World({
      watchStage: (args) => {
        const verdicts = ['pass', 'inconclusive', 'fail'] as const;
        return world.watch(args, verdicts[world.watches.length] ?? 'pass');
      },
    });
    await environment.run(world, told());
    expect(world.told).toEqual(['inconclusive v2-10', 'stageFailed v2-10', 'rolledBack']);
  });

  it('are told of an abort and of a failure', async () => {
    const aborted = new World();
    await environment.run(aborted, told(), async (handle) => {
      await until(handle, ({ step }) => step.startsWith('holding'));
      await handle.signal('abort');
    });
    const failed = new World({ claimTargets: () => failure('TargetBusy', 'held') });
    await environment.run(failed, told());
    expect([...aborted.told, ...failed.told]).toEqual(['aborted', 'failed']);
  });

  it('are told of nothing that they did not ask for', async () => {
    const world = new World();
    await environment.run(world, told({}, ['rolledBack']));
    expect(world.calls).not.toContain('notify');
  });
});

describe('a receiver that cannot be told', () => {
  it('stops nothing, and is a warning', async () => {
    const world = new World({
      notify: () => Promise.resolve({ failed: [{ url: 'http://127.0.0.1/hook', reason: 'refused' }] }),
    });
    const { result, status } = await environment.run(world, told());
    expect(result.outcome).toBe('Promoted');
    expect(status.warnings).toEqual(['http://127.0.0.1/hook was not told of promoted: refused']);
  });

  it('that hangs keeps no abort waiting', async () => {
    const world = new World({
      notify: async ({ event }) => {
        if (event === 'approval') await new Promise((done) => setTimeout(done, 8_000));
        return { failed: [] };
      },
    });
    const document = told({ stages: stagesWith(1, { approval: anybody }) });
    await environment.run(world, document, async (handle) => {
      await until(handle, ({ phase }) => phase === 'WaitingApproval');
      await handle.signal('abort');
      const restored = () => world.shiftArguments.some(({ restoring }) => restoring);
      while (!restored()) await new Promise((done) => setTimeout(done, 20));
      // The one receiver is still busy with being told of the approval.
      expect(world.calls.filter((name) => name === 'notify')).toHaveLength(1);
    });
  });

  it('that breaks down stops nothing either', async () => {
    const world = new World({ notify: () => failure('Broken', 'no more sockets') });
    const { result, status } = await environment.run(world, told());
    expect(result.outcome).toBe('Promoted');
    expect(status.warnings).toEqual(['nobody was told of promoted: no more sockets']);
  });
});

describe('search attributes', () => {
  it('say what a run is about, where it is and how it ended', async () => {
    const { handle } = await environment.run(new World(), canaryDocument());
    const { typedSearchAttributes } = await handle.describe();
    const found = typedSearchAttributes.getAll().map(({ key, value }) => [key.name, value]);
    expect(Object.fromEntries(found)).toMatchObject({
      SluiceService: 'reviews',
      SluiceCluster: 'test',
      SluiceStage: 'v3-100',
      SluiceOutcome: 'Promoted',
    });
  });
});

it('replays every history of these tests', async () => {
  expect(await environment.replayAll()).toBe(9);
});
