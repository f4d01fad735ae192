import { glob, stat, truncate } from 'node:fs/promises';
import { join } from 'node:path';

/** Bytes a log may have; the kubelet rotates at the same size. */
const longest = 10 * 1024 * 1024;

const interval = 30_000;

/** Empties logs of pods that have grown too long: an access log would fill the disk of a lab that is left running. */
export function trimLogs(directory: string, failed: (error: unknown) => void): { stop(): void } {
  const timer = setInterval(() => void trimOnce(directory).catch(failed), interval);
  return { stop: () => clearInterval(timer) };
}

/** Writers append, so that they go on at the beginning of a log that was emptied. */
export async function trimOnce(directory: string, limit = longest): Promise<void> {
  for await (const name of glob('*/*.log', { cwd: directory })) {
    const file = join(directory, name);
    if ((await stat(file)).size > limit) await truncate(file);
  }
}
