import { describe, expect, it } from '@jest/globals';
import { judgeSequential } from '../../../../domain/gates/sequential/judge.ts';
import { addShares, hasItsShare, logShares, openShares } from '../../../../domain/gates/sequential/shares.ts';
import { addTallies, openState, type SequentialState } from '../../../../domain/gates/sequential/state.ts';
import { binomial, expectation } from './exact.ts';

const settings = { allowed: 0.01, alpha: 0.01, minRequests: 10 };
const words = { bad: 'failed', unknownCauses: '503 UO' };
const seen = (candidate: number, others: number, failures = 0) => ({
  candidate,
  others,
  failures,
  share: 0.1,
});

describe('evidence by shares', () => {
  it.each([0.1, 0.12, 0.3, 0.9])(
    'is expected to be 1 at most where the candidate has a share of %d',
    (share) => {
      for (const requests of [1, 5, 40]) {
        const expected = expectation(binomial(requests, share), (candidate) =>
          Math.exp(logShares(addShares(openShares, seen(candidate, requests - candidate), false))),
        );
        expect(expected).toBeLessThanOrEqual(1 + 1e-9);
      }
    },
  );

  it('grows with what the candidate is missing', () => {
    expect(logShares(addShares(openShares, seen(0, 100), false))).toBeGreaterThan(Math.log(1_000));
    expect(hasItsShare(addShares(openShares, seen(0, 100), false))).toBe(false);
    expect(hasItsShare(addShares(openShares, seen(10, 90), false))).toBe(true);
  });

  it('goes by the share that the candidate had before, where routes of users gave it less than its weight', () => {
    const before = addShares(openShares, seen(5, 495), true);
    const later = addShares(before, seen(2, 98, 3), true);
    expect(logShares(later)).toBeLessThan(Math.log(100));
    expect(hasItsShare(later)).toBe(true);
  });
});

/** Looks of one second at 10 % of 50 requests/s. */
function after(seconds: number, look: (second: number) => [number, number, number, number]): SequentialState {
  let state = openState();
  for (let second = 0; second < seconds; second += 1) {
    const [candidate, others, failures, failed] = look(second);
    state = addTallies(
      state,
      settings,
      { requests: candidate, bad: 0 },
      { requests: others, bad: failed },
      seen(candidate, others, failures),
    );
  }
  return state;
}

describe('failures without a version', () => {
  it('are the candidate’s where it has next to no requests of known versions', () => {
    const state = after(3, () => [0, 45, 5, 0]);
    expect(judgeSequential(state, settings, words)).toMatchObject({ verdict: 'fail' });
  });

  it('blame nobody where both versions have their shares', () => {
    const state = after(120, (second) => [second % 10 === 0 ? 4 : 5, 44, 1, 0]);
    const { verdict, reason } = judgeSequential(state, settings, words);
    expect(verdict).toBe('pass');
    expect(reason).toContain('; 120 more failed, version unknown (503 UO)');
  });

  it('are not passed over while nothing tells whose they are', () => {
    const state = after(3, (second) => [second === 0 ? 3 : 4, 45, 1, 0]);
    expect(judgeSequential(state, settings, words)).toMatchObject({
      verdict: 'inconclusive',
      reason: expect.stringContaining('3 more failed, version unknown'),
    });
  });
});
