const firstDelay = 250;
const longestDelay = 10_000;

/** A part that ran this long (milliseconds) before it ended starts again without having to wait for its past. */
const longRun = 30_000;

/** How often a part ended soon after its start, one time after the other. */
export function failuresAfter(failures: number, ranMs: number): number {
  return ranMs >= longRun ? 1 : failures + 1;
}

/** Milliseconds to wait before the next start: doubles with each failure. */
export function restartDelay(failures: number): number {
  return Math.min(firstDelay * 2 ** (failures - 1), longestDelay);
}
