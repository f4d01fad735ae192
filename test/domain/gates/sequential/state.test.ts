import { describe, expect, it } from '@jest/globals';
import { addTallies, openState, type SequentialState } from '../../../../domain/gates/sequential/state.ts';
import type { Tally } from '../../../../domain/gates/sequential/tally.ts';

const settings = { allowed: 0.01 };

type Look = readonly [candidate: Tally, stable: Tally | null];

function look(requests: number, bad: number, stableRequests: number, stableBad: number): Look {
  return [
    { requests, bad },
    { requests: stableRequests, bad: stableBad },
  ];
}

function after(...looks: readonly Look[]): SequentialState {
  return looks.reduce(
    (state, [candidate, stable]) => addTallies(state, settings, candidate, stable),
    openState(),
  );
}

describe('the state of a sequential test', () => {
  const looks = [look(1, 1, 11, 0), look(2, 0, 12, 1), look(1, 1, 10, 2), look(3, 1, 9, 0)];

  it('does not depend on the order of strata', () => {
    const [forth, back] = [after(...looks), after(...looks.toReversed())];
    expect(back.candidate).toEqual(forth.candidate);
    expect(back.stable).toEqual(forth.stable);
    const { logSums } = forth.comparison;
    back.comparison.logSums.forEach((sum, i) => expect(sum).toBeCloseTo(logSums[i] ?? NaN, 10));
  });

  it('is the same after one look and after its parts, until their requests are compared', () => {
    expect(after(look(1, 1, 4, 0), look(0, 0, 4, 1))).toEqual(after(look(1, 1, 8, 1)));
    const [parts, whole] = [after(look(1, 1, 4, 0), look(1, 0, 4, 1)), after(look(2, 1, 8, 1))];
    expect(parts.comparison).toEqual(whole.comparison);
  });

  it('counts every request once, compared or not', () => {
    const { candidate, stable, stratum } = after(...looks, look(2, 1, 3, 0));
    expect(candidate).toEqual({ requests: 9, bad: 4 });
    expect(stable).toEqual({ requests: 45, bad: 3 });
    expect(stratum).toEqual({ candidate: { requests: 2, bad: 1 }, stable: { requests: 3, bad: 0 } });
  });

  it('compares after a number of requests, whichever version had them and however many were bad', () => {
    for (const [candidate, stable] of [look(9, 9, 0, 0), look(0, 0, 9, 9), look(5, 5, 4, 0)]) {
      expect(after([candidate, stable]).stratum).toEqual({ candidate, stable });
    }
    for (const full of [look(10, 10, 0, 0), look(0, 0, 10, 0), look(5, 5, 5, 0)]) {
      expect(after(full).stratum).toEqual(openState().stratum);
    }
  });

  it('keeps the largest evidence, also when better times follow', () => {
    const worst = after(look(3, 3, 12, 0));
    const later = [look(50, 0, 500, 0), look(500, 1, 5_000, 20), look(0, 0, 0, 0)].reduce(
      (state, [candidate, stable]) => addTallies(state, settings, candidate, stable),
      worst,
    );
    expect(worst.logEvidence).toBeGreaterThan(1);
    expect(later.logEvidence).toBe(worst.logEvidence);
  });

  it('needs both kinds of evidence where there is a stable version to compare with', () => {
    const shared = after(look(6, 6, 6, 6));
    const allowed = after(look(1_000, 2, 1_000, 0));
    const alone = after([{ requests: 6, bad: 6 }, null]);
    expect(shared.logEvidence).toBeCloseTo(0, 9);
    expect(allowed.logEvidence).toBe(0);
    expect(alone.logEvidence).toBeGreaterThan(Math.log(100));
  });

  it('blames a version that turns bad late as it does one that is bad at once, give or take a few requests', () => {
    const badUntilBlamed = (good: number) => {
      let state = after(...Array.from({ length: good }, () => look(1, 0, 9, 0)));
      let bad = 0;
      for (; state.logEvidence < Math.log(100); bad += 1)
        state = addTallies(state, settings, ...look(1, 1, 9, 0));
      return bad;
    };
    expect(badUntilBlamed(0)).toBe(3);
    expect(badUntilBlamed(3_000)).toBeLessThanOrEqual(6);
    expect(badUntilBlamed(30_000)).toBeLessThanOrEqual(8);
  });

  it('goes on unchanged after JSON', () => {
    const state = after(...looks, look(2, 1, 3, 0));
    const text = JSON.stringify(state);
    expect(JSON.parse(text)).toEqual(state);
    expect(text.length).toBeLessThan(1_000);
  });

  it.each([1e4, 1e6, 1e9])('holds numbers after looks of %d requests', (requests) => {
    for (const [x, y] of [
      [0, 0],
      [requests, 0],
      [0, requests],
      [requests, requests],
      [requests / 2, requests / 100],
    ] as const) {
      const state = after(look(requests, x, requests, y), look(requests, x, requests, y));
      const numbers = [state.logEvidence, ...state.absolute.logSums, ...state.comparison.logSums];
      expect(numbers.filter((number) => !Number.isFinite(number))).toEqual([]);
      expect(JSON.stringify(state)).not.toContain('null');
      expect(JSON.stringify(state).length).toBeLessThan(1_000);
    }
  });
});

describe('a tally', () => {
  it.each([
    [{ requests: 4, bad: 5 }, '5 of 4 requests of the candidate are bad: give at most all of them'],
    [{ requests: -1, bad: 0 }, 'requests of the candidate are -1: give a whole number from 0'],
    [{ requests: 4, bad: -1 }, 'bad requests of the candidate are -1: give a whole number from 0'],
    [{ requests: 1.5, bad: 0 }, 'requests of the candidate are 1.5: give a whole number from 0'],
    [{ requests: NaN, bad: 0 }, 'requests of the candidate are NaN: give a whole number from 0'],
    [{ requests: Infinity, bad: 0 }, 'requests of the candidate are Infinity: give a whole number from 0'],
  ])('of %p is refused', (tally, message) => {
    expect(() => after([tally, null])).toThrow(new RangeError(message));
  });

  it('of the stable version is refused by its name', () => {
    expect(() => after(look(1, 0, 4, 5))).toThrow('5 of 4 requests of the stable version are bad');
  });
});
