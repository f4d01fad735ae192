import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { WorkflowFailedError } from '@temporalio/client';
import type { Document } from '../../domain/spec/document.ts';
import { toolTimeout } from '../support/tools.ts';
import { canaryDocument, rolloutDocument, stagesWith } from './support/document.ts';
import { Environment, statusOf } from './support/environment.ts';
import { failure, isShifted, World } from './support/world.ts';

jest.setTimeout(20_000);

let environment: Environment;
beforeAll(async () => {
  environment = await Environment.start();
}, toolTimeout);
afterAll(() => environment.end());

const story = [
  'resolveSpec',
  'ensureCluster',
  'awaitCluster',
  'installMesh',
  'verifyMesh',
  'labelNamespace',
  'applyApplication',
  'awaitApplication',
  'checkFromPod',
  'applyGateway',
  'checkFromOutside',
  'claimTargets',
  'checkGates',
  'applySubsets',
];
const stage = ['shiftTraffic', 'watchStage'];

describe('a healthy rollout', () => {
  it('goes through every step in order, is promoted and leaves the new version', async () => {
    const world = new World();
    const { result, status, handle } = await environment.run(world, rolloutDocument());

    expect(world.calls).toEqual([...story, ...stage, ...stage, ...stage, ...stage, 'releaseTargets']);
    expect(result).toMatchObject({ outcome: 'Promoted', undone: [], workflowId: handle.workflowId });
    expect(result.stages.map(({ name, verdict }) => [name, verdict])).toEqual([
      ['all-v1', 'pass'],
      ['v2-10', 'pass'],
      ['v3-50', 'pass'],
      ['v3-100', 'pass'],
    ]);
    expect(result.weights).toEqual({ ratings: { v1: 100 }, reviews: { v1: 0, v2: 0, v3: 100 } });
    expect(result.addresses).toEqual({ productpage: 'http://127.0.0.1/productpage' });
    expect(world.removed).toEqual([]);
    expect(status).toMatchObject({
      phase: 'Promoted',
      paused: null,
      aborted: null,
      connection: { name: 'test' },
    });
    expect(status.created).toMatchObject({ cluster: true, mesh: true, namespaceLabel: true });
    expect(status.created.objects.map(({ kind }) => kind)).toEqual([
      'Deployment',
      'Gateway',
      'DestinationRule',
      'VirtualService',
    ]);
  });

  it('holds each stage until an absolute deadline, counted from when the proxies had the weights', async () => {
    const world = new World();
    const { result } = await environment.run(world, canaryDocument());

    const deadlines = result.stages.map(({ observedAt }) => Date.parse(observedAt ?? '') + 200);
    expect(world.watches.map(({ deadline }) => Date.parse(deadline ?? ''))).toEqual(deadlines);
    expect(world.watches.map(({ since }) => since)).toEqual(
      result.stages.map(({ observedAt }) => observedAt),
    );
    expect(world.watches.map(({ weights }) => weights.ratings)).toEqual(Array(4).fill({ v1: 100 }));
  });

  it('takes few events', async () => {
    const { handle } = await environment.run(new World(), rolloutDocument());
    const { events } = await handle.fetchHistory();
    console.log(`a rollout of four stages takes ${events?.length} events`);
    expect(events?.length).toBeLessThanOrEqual(120);
  });

  it('shows its steps and stages in the Web UI', async () => {
    const { handle, details } = await environment.run(new World(), rolloutDocument());
    expect(details).toContain('**Promoted**');
    expect(details).toMatch(/\| v3-100 \| reviews v1 0, v2 0, v3 100 \| pass.* \| 100 \|/);
    const { events } = await handle.fetchHistory();
    const summaries = (events ?? []).map(({ userMetadata }) => userMetadata?.summary?.data).filter(Boolean);
    expect(summaries.map((data) => Buffer.from(data ?? '').toString())).toContain('"watching v2-10"');
  });

  it('watches the weights of a stage without gates, for as long as it holds them', async () => {
    const world = new World();
    const { result } = await environment.run(world, canaryDocument({ stages: stagesWith(1, { gates: [] }) }));
    expect(result.outcome).toBe('Promoted');
    expect(world.watches).toHaveLength(4);
    expect(world.watches[1]).toMatchObject({ gates: [], workflowStage: 'v2-10' });
    const [, second] = result.stages;
    expect(Date.parse(second?.endedAt ?? '') - Date.parse(second?.observedAt ?? '')).toBeGreaterThanOrEqual(
      190,
    );
  });
});

describe('a canary', () => {
  it('delivers the stages alone', async () => {
    const world = new World();
    const { result } = await environment.run(world, canaryDocument());
    expect(result.outcome).toBe('Promoted');
    expect(world.calls.slice(0, 5)).toEqual([
      'resolveSpec',
      'ensureCluster',
      'claimTargets',
      'checkGates',
      'applySubsets',
    ]);
    expect(world.calls.filter((name) => name.includes('Mesh'))).toEqual([]);
  });
});

describe('a gate that fails', () => {
  it('puts all traffic back on the stable version and ends the run as rolled back', async () => {
    const world: World = new World({
      watchStage: (args) =>
        world.watch(args, world.watches.length === 2 ? 'fail' : 'pass', 'success rate 0.5'),
    });
    const { result, status } = await environment.run(world, rolloutDocument());

    expect(result).toMatchObject({ outcome: 'RolledBack', reason: 'stage v3-50: success rate 0.5' });
    expect(result.stages.map(({ verdict }) => verdict)).toEqual(['pass', 'pass', 'fail', null]);
    expect(world.traffic).toEqual({ ratings: { v1: 100 }, reviews: { v1: 100 } });
    expect(result.weights).toEqual(world.traffic);
    expect(world.calls.slice(-3)).toEqual(['watchStage', 'shiftTraffic', 'releaseTargets']);
    expect(result.undone).toEqual([
      { name: 'traffic', outcome: 'done', reason: 'ratings v1 100; reviews v1 100' },
    ]);
    expect(status.phase).toBe('RolledBack');
  });
});

describe('a document that is wrong', () => {
  it('fails with its type before anything is started', async () => {
    const world = new World({
      resolveSpec: () => failure('InvalidSpec', 'the document has 1 mistake', { path: 'spec.stages' }),
    });
    const error = await failed(world, rolloutDocument());
    expect(error).toMatchObject({
      type: 'InvalidSpec',
      nonRetryable: true,
      details: [{ outcome: 'Failed', stages: [], undone: [] }, { path: 'spec.stages' }],
    });
    expect(world.calls).toEqual(['resolveSpec']);
  });

  it('is refused when it is of the other kind', async () => {
    const world = new World();
    await environment.withWorker(world, async (taskQueue) => {
      const handle = await environment.start('rollout', taskQueue, [{ document: canaryDocument() }]);
      await expect(handle.result()).rejects.toMatchObject({ cause: { type: 'InvalidSpec' } });
      expect((await statusOf(handle)).phase).toBe('Failed');
    });
    expect(world.calls).toEqual(['resolveSpec']);
  });

  it('is a wrong document also when there is none', async () => {
    const world = new World({ resolveSpec: () => failure('InvalidSpec', 'no document was given') });
    await environment.withWorker(world, async (taskQueue) => {
      const handle = await environment.start('rollout', taskQueue, []);
      await expect(handle.result()).rejects.toMatchObject({ cause: { type: 'InvalidSpec' } });
    });
  });
});

describe('a step that fails for good', () => {
  it('fails the run with its type, and touches no traffic when none was touched', async () => {
    const world = new World({
      claimTargets: () => failure('TargetBusy', 'reviews is held by another rollout'),
    });
    const error = await failed(world, rolloutDocument());
    expect(error).toMatchObject({ type: 'TargetBusy', message: 'reviews is held by another rollout' });
    expect(world.calls).not.toContain('shiftTraffic');
    expect(world.calls.at(-1)).toBe('releaseTargets');
  });

  it('restores traffic when it failed while shifting', async () => {
    const world: World = new World({
      shiftTraffic: (args) =>
        isShifted(args.weights) ? failure('DeadlineExceeded', 'not seen in a proxy') : world.shift(args),
    });
    const error = await failed(world, canaryDocument());
    expect(error).toMatchObject({ type: 'DeadlineExceeded', details: [{ outcome: 'Failed' }] });
    expect(world.shifts).toHaveLength(2);
    expect(world.traffic.reviews).toEqual({ v1: 100 });
  });
});

it('replays every history of these tests', async () => {
  expect(await environment.replayAll()).toBeGreaterThanOrEqual(8);
});

async function failed(world: World, document: Document): Promise<unknown> {
  return await environment.withWorker(world, async (taskQueue) => {
    const type = document.kind === 'Rollout' ? 'rollout' : 'canary';
    const handle = await environment.start(type, taskQueue, [{ document }]);
    const error: unknown = await handle.result().catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(WorkflowFailedError);
    return (error as WorkflowFailedError).cause;
  });
}
