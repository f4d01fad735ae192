import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import lockfile from 'proper-lockfile';

/** How to wait for a lock somebody else holds. */
export interface LockOptions {
  /** Called each time the lock is found held, with the milliseconds waited so far. */
  onWait?: (waitedMs: number) => void;
  signal?: AbortSignal | undefined;
  /** A holder that did not touch its lock for so long (milliseconds) is taken for dead. */
  staleMs?: number;
}

const defaultStale = 20_000;
const pollInterval = 25;

/** Runs the action while holding `<path>.lock`: across processes, one at a time. */
export async function withLock<T>(
  path: string,
  action: () => Promise<T>,
  options: LockOptions = {},
): Promise<T> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const release = await acquire(path, options);
  try {
    return await action();
  } finally {
    await release();
  }
}

async function acquire(path: string, options: LockOptions): Promise<() => Promise<void>> {
  const started = performance.now();
  for (;;) {
    options.signal?.throwIfAborted();
    const release = await tryLock(path, options.staleMs ?? defaultStale);
    if (release !== undefined) return release;
    options.onWait?.(performance.now() - started);
    await sleep(pollInterval, undefined, options.signal === undefined ? {} : { signal: options.signal });
  }
}

async function tryLock(path: string, stale: number): Promise<(() => Promise<void>) | undefined> {
  let lost = false;
  // Losing a lock (a machine that slept) must not crash the process, as it does by default: what locks guard here
  // ends in an atomic rename, so the worst of it is work done twice.
  const onCompromised = () => (lost = true);
  try {
    const release = await lockfile.lock(path, { realpath: false, stale, update: stale / 4, onCompromised });
    return async () => {
      if (!lost) await release();
    };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ELOCKED') return undefined;
    throw error;
  }
}
