import { logChoose } from './log-factorial.ts';
import type { Tally } from './tally.ts';

/**
 * Logarithm of a likelihood ratio of one stratum: how much better "the odds of a bad request are `odds` times those
 * of the stable version" explains whose the bad requests were than "they are the same" does. Given how many requests
 * each had and how many were bad in all, the candidate's follow Fisher's noncentral hypergeometric distribution, so
 * the ratio does not depend on how often requests were bad at the time.
 * Source: R. A. Fisher, "The logic of inductive inference", Journal of the Royal Statistical Society 98 (1935).
 *
 * The normalising sum starts at its largest term and ends where terms no longer count: its terms rise and then fall,
 * so a stratum of n requests costs about the square root of n steps.
 */
export function logNoncentralRatio(candidate: Tally, stable: Tally, odds: number): number {
  const bad = candidate.bad + stable.bad;
  const least = Math.max(0, bad - stable.requests);
  const most = Math.min(bad, candidate.requests);
  // The term for `count` bad requests of the candidate as a multiple of the term before; it falls with `count`.
  const growth = (count: number) =>
    (odds * (candidate.requests - count + 1) * (bad - count + 1)) / (count * (stable.requests - bad + count));
  const mode = lastGrowing(growth, least, most);
  const sum = 1 + sumRising(growth, mode, most) + sumFalling(growth, mode, least);
  const logCentral =
    logChoose(candidate.requests, mode) +
    logChoose(stable.requests, bad - mode) -
    logChoose(candidate.requests + stable.requests, bad);
  return (candidate.bad - mode) * Math.log(odds) - logCentral - Math.log(sum);
}

/** Largest count whose term is no smaller than the one before, by bisection. */
function lastGrowing(growth: (count: number) => number, least: number, most: number): number {
  let low = least;
  let high = most;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (growth(middle) >= 1) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** Terms above the mode, as multiples of its own. */
function sumRising(growth: (count: number) => number, mode: number, most: number): number {
  let sum = 0;
  let term = 1;
  for (let count = mode + 1; count <= most && term > negligible; count += 1) {
    term *= growth(count);
    sum += term;
  }
  return sum;
}

/** Terms below the mode, as multiples of its own. */
function sumFalling(growth: (count: number) => number, mode: number, least: number): number {
  let sum = 0;
  let term = 1;
  for (let count = mode; count > least && term > negligible; count -= 1) {
    term /= growth(count);
    sum += term;
  }
  return sum;
}

/** Of the largest term: what lies beyond is less than the rounding of the sum. */
const negligible = Number.EPSILON / 1024;
