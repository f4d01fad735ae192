import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { startWatch } from './watching.ts';

const hour = 3_600_000;
const hold = 400;

afterEach(() => {
  jest.restoreAllMocks();
});

/** Sets the wall clock off by so many milliseconds. */
function setClock(by: number): void {
  const now = Date.now.bind(Date);
  jest.spyOn(Date, 'now').mockImplementation(() => now() + by);
}

/** How long a watch takes, in ms by a clock that nobody sets. */
async function timeOf(watching: Promise<unknown>): Promise<number> {
  const began = performance.now();
  await watching;
  return performance.now() - began;
}

describe('the hold of a watch', () => {
  it.each([hour, -hour])('does not change when the wall clock is set by %s ms', async (by) => {
    const { watching } = startWatch({ hold });
    const taking = timeOf(watching);
    await sleep(50);
    setClock(by);
    const took = await taking;
    expect(took).toBeGreaterThan(hold - 50);
    expect(took).toBeLessThan(hour / 60);
  });

  it('is not longer where the wall clock is behind: nothing begins before it was scheduled', async () => {
    const scheduled = Date.now();
    // The hold is by Temporal's time, the worker is an hour late.
    setClock(-hour);
    const { watching, since } = startWatch({ hold, age: -hour, scheduled });
    const took = await timeOf(watching);
    expect(since).toBeGreaterThanOrEqual(scheduled);
    expect(took).toBeGreaterThan(hold - 50);
    expect(took).toBeLessThan(hour / 60);
  });

  it('is over at once where the wall clock is ahead, and whole by the time of Temporal', async () => {
    const scheduled = Date.now();
    setClock(hour);
    const ahead = { hold, age: hour, scheduled };
    expect(await timeOf(startWatch(ahead).watching)).toBeLessThan(hold - 50);
    expect(await timeOf(startWatch({ ...ahead, clock: 'temporal' }).watching)).toBeGreaterThan(hold - 250);
  });
});
