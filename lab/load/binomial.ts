/**
 * The numbers of successes between which Binomial(n, p) falls with at least the given confidence, both ends included:
 * at most `(1 - confidence) / 2` of all runs lie below, and as many above. Equals scipy's `binom.interval`.
 *
 * @param n number of trials
 * @param p probability of one success, 0 to 1
 * @param confidence 0 to 1, both excluded
 */
export function binomialInterval(n: number, p: number, confidence = 0.99): [low: number, high: number] {
  if (!Number.isInteger(n) || n < 0) throw new RangeError(`n is ${n}: give a whole number from 0`);
  if (!(p >= 0 && p <= 1)) throw new RangeError(`p is ${p}: give a probability from 0 to 1`);
  if (!(confidence > 0 && confidence < 1)) {
    throw new RangeError(`confidence is ${confidence}: give a number between 0 and 1`);
  }
  if (p === 0) return [0, 0];
  if (p === 1) return [n, n];
  const tail = (1 - confidence) / 2;
  // Each end is looked for from its own side: a sum from far away carries more rounding than the tail is wide.
  return [countTail(n, p, tail), n - countTail(n, 1 - p, tail)];
}

/** Least k with P(X <= k) > tail: what lies below it is no more than the tail. */
function countTail(n: number, p: number, tail: number): number {
  // Terms far from the mean are below the smallest number there is; their logarithms are not.
  const logOdds = Math.log(p) - Math.log1p(-p);
  let logTerm = n * Math.log1p(-p);
  let sum = Math.exp(logTerm);
  let k = 0;
  while (sum <= tail && k < n) {
    logTerm += Math.log((n - k) / (k + 1)) + logOdds;
    k += 1;
    sum += Math.exp(logTerm);
  }
  return k;
}
