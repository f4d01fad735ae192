import { describe, expect, it } from '@jest/globals';
import { addRequests, logAbsolute, openAbsolute } from '../../../../domain/gates/sequential/absolute.ts';
import { addStratum, logComparison, openComparison } from '../../../../domain/gates/sequential/comparison.ts';
import type { Onsets } from '../../../../domain/gates/sequential/onset.ts';
import { addTallies, openState, type SequentialState } from '../../../../domain/gates/sequential/state.ts';
import type { Tally } from '../../../../domain/gates/sequential/tally.ts';
import { binomial, both, expectation, type Outcome } from './exact.ts';

/**
 * All that the test promises rests on this: under a healthy candidate evidence is expected to be 1 at most.
 * Every outcome is looked at, so nothing here is left to chance.
 */
const rounding = 1e-9;

describe('evidence against the allowed share', () => {
  const expected = (requests: number, p: number, allowed: number) =>
    expectation(binomial(requests, p), (bad) =>
      Math.exp(logAbsolute(addRequests(openAbsolute, { requests, bad }, allowed))),
    );

  it.each([0.001, 0.01, 0.1, 0.5, 0.9])('is expected to stay 1 exactly at %d', (allowed) => {
    for (const requests of [1, 2, 5, 20]) expect(expected(requests, allowed, allowed)).toBeCloseTo(1, 9);
  });

  it.each([0.001, 0.01, 0.1, 0.5, 0.9])('is expected to fall below %d and to grow above', (allowed) => {
    for (const p of [0, allowed / 10, allowed * 0.9]) expect(expected(5, p, allowed)).toBeLessThan(1);
    for (const p of [allowed * 1.05, 1]) expect(expected(5, p, allowed)).toBeGreaterThan(1);
  });

  it('is expected to stay 1 from look to look, across the moments from which a fault may hold', () => {
    const looks = [7, 5, 12, 4, 10, 3];
    const allowed = 0.1;
    const outcomes = looks.reduce<Outcome<Onsets>[]>(
      (so, requests) =>
        both(so, binomial(requests, allowed)).map(({ value: [absolute, bad], probability }) => ({
          value: addRequests(absolute, { requests, bad }, allowed),
          probability,
        })),
      [{ value: openAbsolute, probability: 1 }],
    );
    expect(outcomes[0]?.value.moments).toBe(4);
    expect(expectation(outcomes, (absolute) => Math.exp(logAbsolute(absolute)))).toBeCloseTo(1, 9);
  });
});

interface Rates {
  readonly requests: readonly [candidate: number, stable: number];
  readonly bad: readonly [candidate: number, stable: number];
}

function stratumOutcomes({ requests: [c, s], bad: [pc, ps] }: Rates): Outcome<[Tally, Tally]>[] {
  return both(binomial(c, pc), binomial(s, ps)).map(({ value: [x, y], probability }) => ({
    value: [
      { requests: c, bad: x },
      { requests: s, bad: y },
    ],
    probability,
  }));
}

/** Of the comparison after the strata. */
function expectedComparison(...strata: readonly Rates[]): number {
  const outcomes = strata.map(stratumOutcomes).reduce<Outcome<Onsets>[]>(
    (so, next) =>
      both(so, next).map(({ value: [comparison, [candidate, stable]], probability }) => ({
        value: addStratum(comparison, { candidate, stable }),
        probability,
      })),
    [{ value: openComparison, probability: 1 }],
  );
  return expectation(outcomes, (comparison) => Math.exp(logComparison(comparison)));
}

describe('evidence against the stable version', () => {
  it('is expected to stay 1 across the moments from which a fault may hold', () => {
    const bad = [0.3, 0.3] as const;
    const many: Rates = { requests: [5, 95], bad: [0.005, 0.005] };
    expect(expectedComparison({ requests: [3, 9], bad }, many, { requests: [2, 8], bad })).toBeCloseTo(1, 9);
  });

  const sizes = [
    [1, 9],
    [2, 10],
    [5, 5],
    [9, 2],
  ] as const;

  it.each(sizes)('is expected to stay 1 with %d and %d requests that are bad as often', (c, s) => {
    for (const p of [0.005, 0.03, 0.5, 0.99]) {
      expect(expectedComparison({ requests: [c, s], bad: [p, p] })).toBeCloseTo(1, 9);
    }
  });

  it.each(sizes)('is expected to fall with %d and %d requests if the candidate is better', (c, s) => {
    for (const bad of [
      [0, 0.3],
      [0.005, 0.03],
      [0.5, 0.6],
    ] as const) {
      expect(expectedComparison({ requests: [c, s], bad })).toBeLessThan(1);
    }
  });

  it.each(sizes)('is expected to grow with %d and %d requests if the candidate is worse', (c, s) => {
    expect(expectedComparison({ requests: [c, s], bad: [0.5, 0.01] })).toBeGreaterThan(1);
  });

  it('is expected to stay 1 while a shared fault comes and goes between strata', () => {
    const healthy: Rates = { requests: [2, 8], bad: [0.005, 0.005] };
    const faulty: Rates = { requests: [1, 10], bad: [0.8, 0.8] };
    expect(expectedComparison(healthy, faulty)).toBeCloseTo(1, 9);
    expect(expectedComparison(faulty, healthy)).toBeCloseTo(1, 9);
    expect(expectedComparison({ requests: [3, 4], bad: [0.2, 0.2] }, faulty)).toBeCloseTo(1, 9);
  });
});

/** Every way in which chance routes the requests of looks whose requests are all good, or all bad. */
function routings(
  looks: readonly { requests: number; bad: boolean }[],
  share: number,
): Outcome<SequentialState>[] {
  return looks.reduce<Outcome<SequentialState>[]>(
    (so, { requests, bad }) =>
      both(so, binomial(requests, share)).map(({ value: [state, routed], probability }) => ({
        value: addTallies(state, { allowed: 0.01 }, tally(routed, bad), tally(requests - routed, bad)),
        probability,
      })),
    [{ value: openState(), probability: 1 }],
  );
}

function tally(requests: number, bad: boolean): Tally {
  return { requests, bad: bad ? requests : 0 };
}

describe('evidence of slow traffic, which waits for more requests to compare', () => {
  const good = { requests: 3, bad: false };
  const bad = { requests: 3, bad: true };

  it.each([0.05, 0.1, 0.5])(
    'is expected to be 1 at most if a shared fault begins meanwhile, at %d',
    (share) => {
      for (const looks of [
        [good, good, good, bad, bad, bad],
        [good, good, bad, bad, bad, bad],
        [good, bad, bad, good, good, bad],
        [bad, bad, bad, good, good, good],
      ]) {
        const expected = expectation(routings(looks, share), ({ comparison }) =>
          Math.exp(logComparison(comparison)),
        );
        expect(expected).toBeLessThan(1 + rounding);
      }
    },
  );
});
