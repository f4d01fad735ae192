import { describe, expect, it } from '@jest/globals';
import type { Counter, CounterReading } from '../../../../activities/gates/counters/counter.ts';
import { createDifferences } from '../../../../activities/gates/counters/differences.ts';

const of = (series: string, requests: number): Counter => ({
  kind: 'answers',
  series,
  host: 'reviews',
  subset: 'v3',
  requests,
  answer: { code: '200', flags: [], status: null },
});

const histogram = (...counts: number[]): Counter => ({
  kind: 'durations',
  series: 'h',
  host: 'reviews',
  subset: 'v3',
  buckets: counts.map((count, index) => ({ le: index === counts.length - 1 ? Infinity : index, count })),
});

function reading(counters: Counter[], { proxy = 'a', isNew = false } = {}): CounterReading {
  return { proxies: [{ proxy, isNew, counters }], missed: [], trouble: null };
}

const grown = (counters: Counter[]) =>
  counters.map((counter) =>
    counter.kind === 'answers'
      ? [counter.series, counter.requests]
      : counter.buckets.map(({ count }) => count),
  );

describe('what came between two readings', () => {
  it('is nothing before the second one', () => {
    const differences = createDifferences();
    expect(differences(reading([of('200', 100)]))).toEqual([]);
    expect(grown(differences(reading([of('200', 103)])))).toEqual([['200', 3]]);
    expect(differences(reading([of('200', 103)]))).toEqual([]);
  });

  it('is all of a series that the proxy did not have before', () => {
    const differences = createDifferences();
    differences(reading([]));
    expect(grown(differences(reading([of('500', 2)])))).toEqual([['500', 2]]);
  });

  it('is all that a proxy has counted which did not run before', () => {
    const differences = createDifferences();
    differences(reading([of('200', 100)]));
    expect(grown(differences(reading([of('200', 5)], { proxy: 'b', isNew: true })))).toEqual([['200', 5]]);
  });

  it('is not known of a proxy that answers for the first time and ran before', () => {
    const differences = createDifferences();
    differences(reading([of('200', 100)]));
    expect(differences(reading([of('200', 5)], { proxy: 'b' }))).toEqual([]);
    expect(grown(differences(reading([of('200', 6)], { proxy: 'b' })))).toEqual([['200', 1]]);
  });

  it('includes what a proxy counted while it did not answer', () => {
    const differences = createDifferences();
    differences(reading([of('200', 100)]));
    expect(differences({ proxies: [], missed: ['a: no answer'], trouble: 'no answer' })).toEqual([]);
    expect(grown(differences(reading([of('200', 107)])))).toEqual([['200', 7]]);
  });

  it('starts again from 0 with a proxy that started again, series by series', () => {
    const differences = createDifferences();
    differences(reading([of('200', 100), of('500', 7)]));
    expect(grown(differences(reading([of('200', 4), of('500', 9)])))).toEqual([
      ['200', 4],
      ['500', 2],
    ]);
  });

  it('keeps a series in mind that a reading lacks', () => {
    const differences = createDifferences();
    differences(reading([of('200', 100)]));
    differences(reading([]));
    expect(grown(differences(reading([of('200', 101)])))).toEqual([['200', 1]]);
  });

  it('is taken bucket by bucket, and all from 0 when one of them fell', () => {
    const differences = createDifferences();
    differences(reading([histogram(5, 9, 10)]));
    expect(grown(differences(reading([histogram(5, 10, 12)])))).toEqual([[0, 1, 2]]);
    expect(grown(differences(reading([histogram(1, 11, 13)])))).toEqual([[1, 11, 13]]);
    expect(differences(reading([histogram(1, 11, 13)]))).toEqual([]);
  });

  it('adds up within a reading that has a proxy twice', () => {
    const differences = createDifferences();
    differences(reading([of('200', 100)]));
    const [first] = reading([of('200', 102)]).proxies;
    const [second] = reading([of('200', 105)]).proxies;
    const twice = { proxies: [first, second].filter((one) => one !== undefined), missed: [], trouble: null };
    expect(grown(differences(twice))).toEqual([
      ['200', 2],
      ['200', 3],
    ]);
  });
});
