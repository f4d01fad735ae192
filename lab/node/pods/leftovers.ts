import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { endProcess } from '../../process/end.ts';
import { readRecords } from '../../process/record-file.ts';
import { recordName } from './container-setup.ts';

const grace = 3_000;

/**
 * Ends the processes an agent left in its directory when it was killed, and empties the directory. Their pods are
 * started anew: a process that lost its agent cannot be taken over, its exit could not be seen.
 */
export async function endLeftovers(directory: string): Promise<number> {
  const pods = await podDirectories(directory);
  const ended = await Promise.all(pods.map((pod) => endPod(join(directory, pod))));
  return ended.reduce((sum, count) => sum + count, 0);
}

async function endPod(directory: string): Promise<number> {
  const records = await readRecords(join(directory, recordName));
  await Promise.all(records.map((record) => endProcess(record, { graceMs: grace })));
  await rm(directory, { recursive: true, force: true });
  return records.length;
}

async function podDirectories(directory: string): Promise<string[]> {
  try {
    const entries = await readdir(directory, { withFileTypes: true });
    return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
