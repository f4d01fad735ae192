import { createHash } from 'node:crypto';

/** Numbers evenly spread from 0 to 1, both excluded. */
export type Random = () => number;

/**
 * A source of random numbers that gives the same ones for the same seed, which Node's own cannot.
 * Source: xoshiro128**, D. Blackman and S. Vigna, "Scrambled linear pseudorandom number generators",
 * ACM Transactions on Mathematical Software 47 (2021).
 */
export function seededRandom(seed: string): Random {
  const digest = createHash('sha256').update(seed).digest();
  let [a, b, c, d] = [0, 4, 8, 12].map((at) => digest.readInt32LE(at)) as [number, number, number, number];
  return () => {
    const result = Math.imul(rotate(Math.imul(b, 5), 7), 9) >>> 0;
    const shifted = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= shifted;
    d = rotate(d, 11);
    return (result + 0.5) / 2 ** 32;
  };
}

function rotate(bits: number, by: number): number {
  return (bits << by) | (bits >>> (32 - by));
}

/**
 * How many of n requests are bad, each with probability p. Counts by the gaps between bad ones, which are geometric:
 * costs about n times p steps.
 * Source: L. Devroye, "Non-Uniform Random Variate Generation" (1986), X.4.3.
 */
export function drawBinomial(n: number, p: number, random: Random): number {
  if (p >= 1) return n;
  if (p <= 0) return 0;
  const logGood = Math.log1p(-p);
  let count = 0;
  let position = 1 + Math.floor(Math.log(random()) / logGood);
  while (position <= n) {
    count += 1;
    position += 1 + Math.floor(Math.log(random()) / logGood);
  }
  return count;
}
