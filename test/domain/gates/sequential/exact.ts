/** Slow and exact arithmetic that the quick one is held against. */

/** n choose k. */
export function choose(n: number, k: number): bigint {
  if (k < 0 || k > n) return 0n;
  return Array.from({ length: k }, (_, i) => i).reduce((so, i) => (so * BigInt(n - i)) / BigInt(i + 1), 1n);
}

/** Natural logarithm of a whole number that may be beyond the largest float. */
export function logOf(value: bigint): number {
  const digits = value.toString();
  const leading = digits.slice(0, 17);
  return Math.log(Number(leading)) + (digits.length - leading.length) * Math.LN10;
}

export interface Outcome<T> {
  readonly value: T;
  readonly probability: number;
}

/** Every number of bad ones among n requests, each bad with probability p. */
export function binomial(n: number, p: number): Outcome<number>[] {
  return Array.from({ length: n + 1 }, (_, value) => ({
    value,
    probability: Number(choose(n, value)) * p ** value * (1 - p) ** (n - value),
  }));
}

/** Every outcome of one thing and of another that does not depend on it. */
export function both<A, B>(as: readonly Outcome<A>[], bs: readonly Outcome<B>[]): Outcome<[A, B]>[] {
  return as.flatMap((a) =>
    bs.map((b) => ({ value: [a.value, b.value] as [A, B], probability: a.probability * b.probability })),
  );
}

export function expectation<T>(outcomes: readonly Outcome<T>[], of: (value: T) => number): number {
  return outcomes.reduce((sum, { value, probability }) => sum + probability * of(value), 0);
}
