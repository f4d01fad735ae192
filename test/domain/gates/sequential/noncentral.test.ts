import { describe, expect, it } from '@jest/globals';
import { logNoncentralRatio } from '../../../../domain/gates/sequential/noncentral.ts';
import { choose, logOf } from './exact.ts';

/** odds^x / sum of w_j odds^j, with w_j the central probabilities, in whole numbers. */
function exactLogRatio(candidate: number, stable: number, bad: number, x: number, odds: number): number {
  const counts = Array.from({ length: bad + 1 }, (_, j) => j);
  const sum = counts.reduce(
    (so, j) => so + choose(candidate, j) * choose(stable, bad - j) * BigInt(odds) ** BigInt(j),
    0n,
  );
  return x * Math.log(odds) + logOf(choose(candidate + stable, bad)) - logOf(sum);
}

describe('the likelihood ratio of a stratum', () => {
  it.each([
    [1, 11],
    [2, 10],
    [6, 6],
    [11, 1],
    [7, 3],
  ])('of %d and %d requests equals the exact one for every outcome', (candidate, stable) => {
    for (let x = 0; x <= candidate; x += 1) {
      for (let y = 0; y <= stable; y += 1) {
        for (const odds of [2, 4, 16, 256]) {
          expect(
            logNoncentralRatio({ requests: candidate, bad: x }, { requests: stable, bad: y }, odds),
          ).toBeCloseTo(exactLogRatio(candidate, stable, x + y, x, odds), 10);
        }
      }
    }
  });

  it.each([
    [100, 900, 30, 70],
    [100, 900, 100, 0],
    [100, 900, 0, 400],
    [700, 300, 500, 20],
  ])('of %d and %d requests, %d and %d of them bad, equals the exact one', (candidate, stable, x, y) => {
    for (const odds of [2, 256]) {
      const ratio = logNoncentralRatio({ requests: candidate, bad: x }, { requests: stable, bad: y }, odds);
      expect(ratio).toBeCloseTo(exactLogRatio(candidate, stable, x + y, x, odds), 8);
    }
  });

  it('is a number for a million requests and more, whatever was bad', () => {
    for (const requests of [1e6, 1e9]) {
      for (const [x, y] of [
        [requests, 0],
        [0, requests],
        [requests / 2, requests / 2],
        [requests / 10, 3],
        [1, 0],
      ] as const) {
        const ratio = logNoncentralRatio({ requests, bad: x }, { requests, bad: y }, 256);
        expect(Number.isFinite(ratio)).toBe(true);
        expect(Math.sign(Math.round(ratio))).toBe(Math.sign(x - y) || -1);
      }
    }
  });
});
