import { describe, expect, it } from '@jest/globals';
import { logChoose, logFactorial } from '../../../../domain/gates/sequential/log-factorial.ts';
import { choose, logOf } from './exact.ts';

describe('logFactorial', () => {
  it('equals the logarithm of the exact product, on both sides of where the series starts', () => {
    let product = 1n;
    for (let n = 0; n <= 400; n += 1) {
      product *= BigInt(Math.max(n, 1));
      expect(logFactorial(n)).toBeCloseTo(logOf(product), 10);
    }
  });

  it.each([1e5, 1e6, 1e9])('grows from %d - 1 by its logarithm', (n) => {
    const rounding = logFactorial(n) * Number.EPSILON * 4;
    expect(Math.abs(logFactorial(n) - logFactorial(n - 1) - Math.log(n))).toBeLessThan(rounding);
  });
});

describe('logChoose', () => {
  it.each([
    [10, 0],
    [10, 10],
    [13, 4],
    [500, 250],
    [3_000, 17],
  ])('of %d and %d equals the logarithm of the exact number', (n, k) => {
    expect(logChoose(n, k)).toBeCloseTo(logOf(choose(n, k)), 9);
  });
});
