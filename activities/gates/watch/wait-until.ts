import { setTimeout as sleep } from 'node:timers/promises';
import type { Watch } from './watch.ts';

/** Longest single wait, in ms: a timer of Node holds 24 days. */
const longestWait = 24 * 3600_000;

/** Waits until a time (epoch ms; null for ever) of the watch's clock; throws when the watch is over. */
export async function waitUntil(
  time: number | null,
  { now, signal }: Pick<Watch, 'now' | 'signal'>,
): Promise<void> {
  for (;;) {
    signal.throwIfAborted();
    const left = (time ?? Infinity) - now();
    if (left <= 0) return;
    await sleep(Math.min(left, longestWait), undefined, { signal });
  }
}
