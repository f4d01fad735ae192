import { describe, expect, it } from '@jest/globals';
import { binomialInterval } from '../../../lab/load/binomial.ts';

describe('binomialInterval', () => {
  // Reckoned with exact fractions: least k with P(X <= k) >= q for q = (1 -+ confidence) / 2, scipy's definition.
  it.each([
    [300, 0.1, 0.99, 17, 44],
    [100, 0.5, 0.99, 37, 63],
    [100, 0.5, 0.95, 40, 60],
    [1000, 0.1, 0.99, 76, 125],
    [20, 0.5, 0.95, 6, 14],
    [10, 0.01, 0.99, 0, 1],
    [3000, 0.9, 0.99, 2657, 2742],
    [1, 0.5, 0.99, 0, 1],
    [1000, 0.5, 0.999, 448, 552],
  ])('of %d trials at %d with confidence %d is %d to %d', (n, p, confidence, low, high) => {
    expect(binomialInterval(n, p, confidence)).toEqual([low, high]);
  });

  it('holds for numbers whose probabilities are below the smallest float', () => {
    // Normal approximation: 500,000 -+ 2.5758 * 500.
    expect(binomialInterval(1_000_000, 0.5, 0.99)).toEqual([498_712, 501_288]);
  });

  it('is a single number where chance has no part', () => {
    expect(binomialInterval(500, 0)).toEqual([0, 0]);
    expect(binomialInterval(500, 1)).toEqual([500, 500]);
    expect(binomialInterval(0, 0.3)).toEqual([0, 0]);
  });

  it('of failures mirrors that of successes', () => {
    for (const n of [7, 50, 333]) {
      for (const p of [0.03, 0.2, 0.47]) {
        const [low, high] = binomialInterval(n, p);
        expect(binomialInterval(n, 1 - p)).toEqual([n - high, n - low]);
      }
    }
  });

  it.each([
    [-1, 0.5, 0.99, 'n is -1'],
    [1.5, 0.5, 0.99, 'n is 1.5'],
    [10, 1.1, 0.99, 'p is 1.1'],
    [10, Number.NaN, 0.99, 'p is NaN'],
    [10, 0.5, 1, 'confidence is 1'],
    [10, 0.5, 0, 'confidence is 0'],
  ])('refuses n %d, p %d, confidence %d', (n, p, confidence, message) => {
    expect(() => binomialInterval(n, p, confidence)).toThrow(message);
  });
});
