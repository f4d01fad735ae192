import { setTimeout as sleep } from 'node:timers/promises';

/** Longest single wait, in ms: a timer of Node holds 24 days. */
const longestWait = 24 * 3600_000;

/** Waits until a time (epoch ms; null for ever); throws when the signal aborts. */
export async function waitUntil(time: number | null, signal: AbortSignal): Promise<void> {
  for (;;) {
    signal.throwIfAborted();
    const left = (time ?? Infinity) - Date.now();
    if (left <= 0) return;
    await sleep(Math.min(left, longestWait), undefined, { signal });
  }
}
