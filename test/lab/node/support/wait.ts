import { setTimeout as sleep } from 'node:timers/promises';

/** Waits until the condition holds. Throws, naming what was awaited, after eight seconds. */
export async function until(what: string, holds: () => boolean): Promise<void> {
  const deadline = performance.now() + 8_000;
  while (!holds()) {
    if (performance.now() > deadline) throw new Error(`not within 8 s: ${what}`);
    await sleep(10);
  }
}
