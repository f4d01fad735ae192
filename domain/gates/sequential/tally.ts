/** Requests of one subset over one interval, and how many of them were bad: whole numbers from 0. */
export interface Tally {
  readonly requests: number;
  readonly bad: number;
}

export const noRequests: Tally = { requests: 0, bad: 0 };

export function sumTallies(a: Tally, b: Tally): Tally {
  return { requests: a.requests + b.requests, bad: a.bad + b.bad };
}

/** @throws RangeError if one of the counts is no count, or if more requests were bad than there were */
export function checkTally(subset: string, { requests, bad }: Tally): void {
  for (const [name, count] of [
    ['requests', requests],
    ['bad requests', bad],
  ] as const) {
    if (Number.isSafeInteger(count) && count >= 0) continue;
    throw new RangeError(`${name} of the ${subset} are ${count}: give a whole number from 0`);
  }
  if (bad <= requests) return;
  throw new RangeError(`${bad} of ${requests} requests of the ${subset} are bad: give at most all of them`);
}
