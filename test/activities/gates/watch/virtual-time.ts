/** Time that passes as fast as a watch waits for it. Import before the watch, which is loaded afterwards. */
import { setImmediate } from 'node:timers/promises';
import { jest } from '@jest/globals';

interface Waiting {
  readonly time: number;
  readonly go: () => void;
}

const waiting: Waiting[] = [];
let virtual = 0;

/** Epoch ms. */
export function virtualNow(): number {
  return virtual;
}

/** Lets watches that are loaded from now on go by virtual time, which begins at `start` (epoch ms). */
export function useVirtualTime(start: number): void {
  virtual = start;
  jest.unstable_mockModule('../../../../activities/gates/watch/clock.ts', () => ({
    attemptClock: () => virtualNow,
  }));
  jest.unstable_mockModule('../../../../activities/gates/watch/wait-until.ts', () => ({ waitUntil }));
}

async function waitUntil(time: number | null, { signal }: { signal: AbortSignal }): Promise<void> {
  signal.throwIfAborted();
  if (time !== null && time <= virtual) return;
  await new Promise<void>((go, stop) => {
    if (time !== null) waiting.push({ time, go });
    signal.addEventListener('abort', () => stop(signal.reason as Error), { once: true });
  });
}

/** Lets time pass until `work` ends; what does not wait is given its turns first. */
export async function passTime<T>(work: Promise<T>): Promise<T> {
  const state = { over: false };
  const ended = work.finally(() => (state.over = true));
  ended.catch(() => undefined);
  while (!state.over) {
    for (let turn = 0; turn < 10; turn++) await setImmediate();
    waiting.sort((one, other) => one.time - other.time);
    const next = waiting.shift();
    if (next === undefined) continue;
    virtual = Math.max(virtual, next.time);
    next.go();
  }
  return await ended;
}
