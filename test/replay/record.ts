/**
 * Records every story anew: `npm run test:record -- [name…]`. Until a release that is how a change of the commands
 * of a workflow is taken on; README.md says what to do after one.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { Environment, type Handle, resultOf } from '../workflows/support/environment.ts';
import { histories, recordingOf } from './recording.ts';
import { stories, type Story } from './stories.ts';

/** What differs from one recording to the next, or tells of the machine, and no replay reads. */
const noise = new Set([
  'identity',
  'taskId',
  'requestId',
  'historySizeBytes',
  'workerVersion',
  'meteringMetadata',
  'stackTrace',
  'userMetadata',
]);

const wanted = process.argv.slice(2);
const names = wanted.length > 0 ? wanted : Object.keys(stories);
const environment = await Environment.start();
try {
  await mkdir(histories, { recursive: true });
  for (const name of names) {
    const story = stories[name]?.();
    if (!story) throw new Error(`no story ${name}: there are ${Object.keys(stories).join(', ')}`);
    const handle = await play(story);
    const events = await eventsOf(handle);
    await writeFile(recordingOf(name), `${JSON.stringify({ workflowId: handle.workflowId, events })}\n`);
    console.log(`${name}: ${events.length} events`);
  }
} finally {
  await environment.end();
}

async function play({ type, world, input, steer }: Story): Promise<Handle> {
  return await environment.withWorker(world, async (taskQueue) => {
    const handle = await environment.start(type, taskQueue, [input]);
    await steer?.(handle);
    await (type === 'teardown' || type === 'restore' ? handle.result() : resultOf(handle));
    return handle;
  });
}

async function eventsOf(handle: Handle): Promise<unknown[]> {
  const { events } = JSON.parse(historyToJSON(await handle.fetchHistory())) as { events: unknown[] };
  return withoutNoise(events) as unknown[];
}

function withoutNoise(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNoise);
  if (typeof value !== 'object' || value === null) return value;
  if ('kind' in value && value.kind === 'TASK_QUEUE_KIND_STICKY') return { ...value, name: 'sticky' };
  const kept = Object.entries(value).filter(([key]) => !noise.has(key));
  return Object.fromEntries(kept.map(([key, inner]) => [key, withoutNoise(inner)]));
}
