import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { toolTimeout } from '../support/tools.ts';
import type { VersioningBehavior } from '../../worker/versioning.ts';
import { canaryDocument, stagesWith } from './support/document.ts';
import { Environment, type Handle, resultOf, until } from './support/environment.ts';
import { World } from './support/world.ts';

jest.setTimeout(120_000);

let environment: Environment;
beforeAll(async () => {
  environment = await Environment.start();
}, toolTimeout);
afterAll(() => environment.end());

const hold = 12_000;
const document = canaryDocument({ stages: stagesWith(1, { hold }) });

/** Two builds of one deployment, each with a world of its own that shows what it did. */
class Builds {
  readonly deployment = `sluice-${randomUUID()}`;
  readonly taskQueue = randomUUID();
  readonly worlds = { old: new World(), new: new World() };
  private readonly behavior: VersioningBehavior;

  constructor(behavior: VersioningBehavior) {
    this.behavior = behavior;
  }

  /** Runs a worker of a build for as long as `work` takes. */
  async with<T>(buildId: 'old' | 'new', work: () => Promise<T>): Promise<T> {
    const { deployment, behavior, taskQueue } = this;
    const version = { deployment, buildId, behavior };
    return await environment.withWorker(this.worlds[buildId], work, taskQueue, version);
  }

  /** From here on new runs go to this build, and those that are not pinned. */
  async makeCurrent(buildId: 'old' | 'new'): Promise<void> {
    await environment.makeCurrent(this.deployment, buildId);
  }

  /** A run in the hold of its second stage. */
  async holding(): Promise<Handle> {
    const handle = await environment.start('canary', this.taskQueue, [{ document }]);
    await until(handle, ({ step }) => step.startsWith('holding v2-10'));
    return handle;
  }

  /** Build of a run, as the server has it. */
  async buildOf(handle: Handle): Promise<string | undefined> {
    const { raw } = await handle.describe();
    return raw.workflowExecutionInfo?.versioningInfo?.deploymentVersion?.buildId ?? undefined;
  }
}

async function expectHeld(handle: Handle): Promise<void> {
  const result = await resultOf(handle);
  expect(result.outcome).toBe('Promoted');
  for (const { observedAt, endedAt } of result.stages.slice(1, 2)) {
    const held = Date.parse(endedAt ?? '') - Date.parse(observedAt ?? '');
    expect(held).toBeGreaterThanOrEqual(hold - 10);
    expect(held).toBeLessThan(hold + 5_000);
  }
}

it('takes a rollout on with the new build, when the old one is replaced in the middle of a hold', async () => {
  const builds = new Builds('auto-upgrade');
  const handle = await builds.with('old', async () => {
    await builds.makeCurrent('old');
    return await builds.holding();
  });
  await builds.with('new', async () => {
    await builds.makeCurrent('new');
    await expectHeld(handle);
  });
  expect(await builds.buildOf(handle)).toBe('new');
  expect(builds.worlds.new.watches.length).toBeGreaterThan(0);
  expect([...builds.worlds.old.shifts, ...builds.worlds.new.shifts]).toHaveLength(4);
});

it('keeps a pinned rollout on its build while new ones go to the new build', async () => {
  const builds = new Builds('pinned');
  await builds.with('old', async () => {
    await builds.makeCurrent('old');
    const first = await builds.holding();
    await builds.with('new', async () => {
      await builds.makeCurrent('new');
      const second = await builds.holding();
      await Promise.all([expectHeld(first), expectHeld(second)]);
      expect(await builds.buildOf(first)).toBe('old');
      expect(await builds.buildOf(second)).toBe('new');
    });
  });
  expect(builds.worlds.old.shifts).toHaveLength(4);
  expect(builds.worlds.new.shifts).toHaveLength(4);
});

it('moves a pinned rollout to the new build when its own is gone, its hold unchanged', async () => {
  const builds = new Builds('pinned');
  const handle = await builds.with('old', async () => {
    await builds.makeCurrent('old');
    return await builds.holding();
  });
  await builds.with('new', async () => {
    await builds.makeCurrent('new');
    await environment.autoUpgrade(handle);
    await expectHeld(handle);
  });
  expect([...builds.worlds.old.shifts, ...builds.worlds.new.shifts]).toHaveLength(4);
});

it('replays every history of these tests', async () => {
  expect(await environment.replayAll()).toBe(4);
});
