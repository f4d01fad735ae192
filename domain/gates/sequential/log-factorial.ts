/** Stirling's series is exact to the last digits from here on; below, the products themselves are. */
const firstOfSeries = 16;

const small = Array.from({ length: firstOfSeries }, (_, n) => Math.log(product(n)));

function product(n: number): number {
  return n <= 1 ? 1 : n * product(n - 1);
}

/**
 * Natural logarithm of n! for a whole number n from 0, with a relative error of about 1e-15.
 * Source: Stirling's series, NIST Digital Library of Mathematical Functions, 5.11.1.
 */
export function logFactorial(n: number): number {
  const known = small[n];
  if (known !== undefined) return known;
  const square = n * n;
  const series = (1 / 12 - (1 / 360 - (1 / 1260 - 1 / (1680 * square)) / square) / square) / n;
  return (n + 0.5) * Math.log(n) - n + 0.5 * Math.log(2 * Math.PI) + series;
}

/** Natural logarithm of the number of ways to choose k of n. */
export function logChoose(n: number, k: number): number {
  return logFactorial(n) - logFactorial(k) - logFactorial(n - k);
}
