import { describe, expect, it } from '@jest/globals';
import { drawBinomial, seededRandom } from '../../../bench/gates/random.ts';
import { binomialInterval } from '../../../lab/load/binomial.ts';

const draws = 20_000;

function drawn<T>(draw: () => T): T[] {
  return Array.from({ length: draws }, draw);
}

describe('seededRandom', () => {
  it('gives the same numbers for the same seed and others for another', () => {
    const [a, b, c] = ['one', 'one', 'two'].map((seed) => drawn(seededRandom(seed)));
    expect(a).toEqual(b);
    expect(a).not.toEqual(c);
  });

  it('spreads evenly between 0 and 1', () => {
    const numbers = drawn(seededRandom('even'));
    for (const tenth of [1, 3, 5, 7, 9]) {
      const [low, high] = binomialInterval(draws, tenth / 10, 0.999);
      const below = numbers.filter((number) => number < tenth / 10).length;
      expect(below).toBeGreaterThanOrEqual(low);
      expect(below).toBeLessThanOrEqual(high);
    }
    expect(Math.min(...numbers)).toBeGreaterThan(0);
    expect(Math.max(...numbers)).toBeLessThan(1);
  });
});

describe('drawBinomial', () => {
  it.each([
    [1, 0.005],
    [12, 0.1],
    [13, 0.5],
    [12, 0.97],
  ])('of %d requests with probability %d has the mean of the distribution', (n, p) => {
    const random = seededRandom(`${n} ${p}`);
    const counts = drawn(() => drawBinomial(n, p, random));
    const [low, high] = binomialInterval(draws * n, p, 0.999);
    const sum = counts.reduce((so, count) => so + count, 0);
    expect(sum).toBeGreaterThanOrEqual(low);
    expect(sum).toBeLessThanOrEqual(high);
    expect(counts.every((count) => Number.isInteger(count) && count >= 0 && count <= n)).toBe(true);
  });

  it('leaves nothing to chance where there is none', () => {
    const random = seededRandom('none');
    expect([drawBinomial(7, 0, random), drawBinomial(7, 1, random), drawBinomial(0, 0.5, random)]).toEqual([
      0, 7, 0,
    ]);
  });
});
