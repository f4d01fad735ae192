import { setTimeout as sleep } from 'node:timers/promises';

/** Waits so many milliseconds, or until the signal aborts. */
export async function pause(milliseconds: number, end: AbortSignal): Promise<void> {
  try {
    await sleep(milliseconds, undefined, { signal: end });
  } catch (error) {
    // Being cut short is what the signal is for.
    if ((error as Error).name !== 'AbortError') throw error;
  }
}

/** Resolves when the signal aborts. */
export async function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  const { promise, resolve } = Promise.withResolvers<undefined>();
  signal.addEventListener('abort', () => resolve(undefined), { once: true });
  await promise;
}
