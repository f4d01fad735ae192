import { describe, expect, it } from '@jest/globals';
import { judgeSequential } from '../../../../domain/gates/sequential/judge.ts';
import { addTallies, openState } from '../../../../domain/gates/sequential/state.ts';
import type { Tally } from '../../../../domain/gates/sequential/tally.ts';

const settings = { allowed: 0.01, alpha: 0.01, minRequests: 10 };
const words = { bad: 'failed' };

function tally(requests: number, bad: number): Tally {
  return { requests, bad };
}

/** The verdict after the candidate's and the stable version's requests were seen in one look. */
function judge(candidate: Tally, stable: Tally | null, changed: Partial<typeof settings> = {}) {
  const given = { ...settings, ...changed };
  return judgeSequential(addTallies(openState(), given, candidate, stable), given, words);
}

describe('a candidate', () => {
  it('that fails every request is failed, and the reason gives counts and evidence', () => {
    expect(judge(tally(5, 5), tally(43, 0))).toEqual({
      verdict: 'fail',
      reason: '5 of 5 requests failed (100%), allowed 1%; stable had 0 of 43; evidence 391621 (limit 100)',
      value: 1,
      requests: 5,
    });
  });

  it('within the allowed share passes', () => {
    expect(judge(tally(300, 3), tally(2_700, 0))).toEqual({
      verdict: 'pass',
      reason: '3 of 300 requests failed (1%), allowed 1%; stable had 0 of 2700',
      value: 0.01,
      requests: 300,
    });
  });

  it('above it passes where the stable version had as many bad ones', () => {
    expect(judge(tally(300, 9), tally(2_700, 81))).toMatchObject({
      verdict: 'pass',
      reason: '9 of 300 requests failed (3%), allowed 1%; stable had 81 of 2700: no worse than stable',
    });
  });

  it('above it is inconclusive while chance may have made the difference', () => {
    const { verdict, reason } = judge(tally(50, 1), tally(450, 2));
    expect(verdict).toBe('inconclusive');
    expect(reason).toMatch(
      /^1 of 50 requests .*; stable had 2 of 450; not enough evidence yet \(\d+ of 100\)$/,
    );
    expect(judge(tally(300, 14), tally(2_700, 60)).verdict).toBe('inconclusive');
  });

  it('above it passes where the two are as good as equal, though its share is larger by chance', () => {
    expect(judge(tally(300, 9), tally(2_700, 80)).verdict).toBe('pass');
  });

  it('above it passes with the larger share of a fault that both had for a while', () => {
    const looks = [
      ...Array<readonly [Tally, Tally]>(100).fill([tally(1, 0), tally(9, 0)]),
      ...Array<readonly [Tally, Tally]>(20).fill([tally(2, 2), tally(8, 8)]),
      ...Array<readonly [Tally, Tally]>(100).fill([tally(1, 0), tally(9, 0)]),
    ];
    const state = looks.reduce((so, [own, stable]) => addTallies(so, settings, own, stable), openState());
    expect(judgeSequential(state, settings, words)).toMatchObject({ verdict: 'pass', value: 40 / 240 });
  });

  it('above it is inconclusive where the stable version has had nothing bad to compare', () => {
    expect(judge(tally(40, 1), tally(3, 0)).verdict).toBe('inconclusive');
  });

  it('is inconclusive with too few requests, however good they are', () => {
    expect(judge(tally(0, 0), tally(43, 0))).toEqual({
      verdict: 'inconclusive',
      reason: 'no requests so far',
      value: null,
      requests: 0,
    });
    expect(judge(tally(9, 0), tally(43, 0))).toMatchObject({
      verdict: 'inconclusive',
      reason: '9 requests so far (minimum 10)',
      value: 0,
    });
    expect(judge(tally(10, 0), tally(43, 0)).verdict).toBe('pass');
  });

  it('is judged by its own share where the stable version has weight and no requests', () => {
    expect(judge(tally(200, 1), tally(0, 0)).verdict).toBe('pass');
    const { verdict, reason } = judge(tally(200, 200), tally(0, 0));
    expect(verdict).toBe('inconclusive');
    expect(reason).toContain('; stable had no requests; not enough evidence yet');
  });
});

describe('a version with nothing to compare it with', () => {
  it('is failed by the allowed share alone', () => {
    const { verdict, reason } = judge(tally(5, 5), null);
    expect(verdict).toBe('fail');
    expect(reason).toMatch(/^5 of 5 requests failed \(100%\), allowed 1%; evidence 1e\d \(limit 100\)$/);
    expect(judge(tally(500, 5), null).verdict).toBe('pass');
    expect(judge(tally(100, 2), null).verdict).toBe('inconclusive');
  });
});

describe('a verdict', () => {
  it('needs evidence of 1/alpha', () => {
    const seen = [tally(3, 3), tally(22, 0)] as const;
    expect(judge(...seen, { alpha: 0.01 })).toMatchObject({ verdict: 'fail' });
    expect(judge(...seen, { alpha: 0.0001 })).toMatchObject({
      verdict: 'inconclusive',
      reason: '3 requests so far (minimum 10)',
    });
  });

  it('of failure stays, whatever follows', () => {
    const bad = addTallies(openState(), settings, tally(5, 5), tally(43, 0));
    const later = addTallies(bad, settings, tally(10_000, 1), tally(90_000, 900));
    expect(judgeSequential(later, settings, words)).toMatchObject({ verdict: 'fail', requests: 10_005 });
  });

  it('shows evidence beyond the largest float', () => {
    expect(judge(tally(1_000_000, 1_000_000), tally(1_000_000, 0)).reason).toMatch(
      /evidence 1e\d{6} \(limit 100\)$/,
    );
  });
});
