import { readdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it, jest } from '@jest/globals';
import {
  bundleWorkflowCode,
  DefaultLogger,
  Runtime,
  Worker,
  type WorkflowBundleWithSourceMap,
} from '@temporalio/worker';
import { histories, type Recording, readRecording } from './recording.ts';
import { stories } from './stories.ts';

jest.setTimeout(60_000);

const workflowsPath = fileURLToPath(new URL('../../workflows/index.ts', import.meta.url));
const names = Object.keys(stories);

let workflowBundle: WorkflowBundleWithSourceMap;
beforeAll(async () => {
  // Of what does not replay, the failed test tells.
  Runtime.install({ logger: new DefaultLogger('ERROR', () => undefined), telemetryOptions: {} });
  workflowBundle = await bundleWorkflowCode({ workflowsPath, logger: new DefaultLogger('ERROR') });
});

const replay = ({ workflowId, events }: Recording) =>
  Worker.runReplayHistory({ workflowBundle }, { events }, workflowId);

describe('the workflows of now', () => {
  it('have a recording of every story, and no other', async () => {
    const recorded = (await readdir(histories)).map((file) => file.replace('.json', ''));
    expect(recorded.sort()).toEqual([...names].sort());
  });

  it.each(names)('go the recorded way: %s', async (name) => {
    await expect(replay(await readRecording(name))).resolves.toBeUndefined();
  });
});

describe('a replay', () => {
  it('fails where the workflow asks for something else than it did', async () => {
    const { workflowId, events } = await readRecording('promoted');
    const other = JSON.parse(
      JSON.stringify(events).replaceAll('"applySubsets"', '"applyRoutes"'),
    ) as unknown[];
    await expect(replay({ workflowId, events: other })).rejects.toThrow(/applyRoutes|Nondeterminism/i);
  });
});
