import { describe, expect, it } from '@jest/globals';
import { histogramQuantile } from '../../../domain/gates/quantile.ts';

const buckets = [
  { le: 10, count: 50 },
  { le: 100, count: 90 },
  { le: 1000, count: 100 },
  { le: Infinity, count: 100 },
];

describe('histogramQuantile', () => {
  it.each([
    [0.25, 5],
    [0.5, 10],
    [0.7, 55],
    [0.95, 550],
    [1, 1000],
  ])('interpolates quantile %p inside its bucket', (quantile, expected) => {
    expect(histogramQuantile(quantile, buckets)).toBeCloseTo(expected, 9);
  });

  it('is the highest finite bound where the quantile lies beyond it', () => {
    expect(
      histogramQuantile(0.99, [
        { le: 10, count: 1 },
        { le: Infinity, count: 100 },
      ]),
    ).toBe(10);
  });

  it('is the end of the first bucket that reaches it, whatever empty ones follow', () => {
    const gap = [
      { le: 10, count: 50 },
      { le: 100, count: 50 },
      { le: Infinity, count: 100 },
    ];
    expect(histogramQuantile(0.5, gap)).toBe(10);
  });

  it('sums the buckets of several series, in any order', () => {
    const halves = [...buckets, ...buckets].map(({ le, count }) => ({ le, count: count / 2 })).reverse();
    expect(histogramQuantile(0.7, halves)).toBeCloseTo(55, 9);
  });

  it('lifts counts that fall from one bucket to the next', () => {
    const falling = [
      { le: 10, count: 50 },
      { le: 100, count: 49 },
      { le: Infinity, count: 50 },
    ];
    expect(histogramQuantile(0.99, falling)).toBeCloseTo(9.9, 9);
  });

  it('is the bound itself where the lowest bucket ends at or below 0', () => {
    expect(
      histogramQuantile(0.1, [
        { le: -1, count: 5 },
        { le: Infinity, count: 10 },
      ]),
    ).toBe(-1);
  });

  it.each([
    ['no buckets', []],
    ['one bucket', [{ le: Infinity, count: 3 }]],
    [
      'no bucket without bound',
      [
        { le: 1, count: 3 },
        { le: 2, count: 3 },
      ],
    ],
    [
      'no observations',
      [
        { le: 1, count: 0 },
        { le: Infinity, count: 0 },
      ],
    ],
    [
      'counts that are no numbers',
      [
        { le: 1, count: NaN },
        { le: Infinity, count: NaN },
      ],
    ],
  ])('is NaN for %s', (_, given) => {
    expect(histogramQuantile(0.9, given)).toBeNaN();
  });
});
