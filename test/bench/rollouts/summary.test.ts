import { describe, expect, it } from '@jest/globals';
import { formatReport } from '../../../bench/rollouts/report.ts';
import { nearestRank, summarize } from '../../../bench/rollouts/summary.ts';

const row = (variant: string, run: number, hurt: number | null, outcome = 'RolledBack') => ({
  scenario: 'broken',
  variant,
  run,
  outcome,
  reason: '',
  figures: { hurt },
});

describe('nearestRank', () => {
  it('is a value that was measured', () => {
    const thirty = Array.from({ length: 30 }, (_, index) => index + 1);
    expect(nearestRank(thirty, 0.5)).toBe(15);
    expect(nearestRank(thirty, 0.99)).toBe(30);
    expect(nearestRank([7], 0.01)).toBe(7);
  });
});

describe('a summary', () => {
  it('has the spread of each figure and how many trials ended how, by variant', () => {
    const failed = { ...row('error:1', 4, null, 'no result'), figures: {} };
    const rows = [row('error:1', 1, 6), row('error:1', 2, 4), row('error:1', 3, 5), failed];
    expect(summarize([...rows, row('latency', 1, null)])).toEqual([
      {
        scenario: 'broken',
        variant: 'error:1',
        trials: 4,
        outcomes: { RolledBack: 3, 'no result': 1 },
        figures: { hurt: { p50: 5, p99: 6, max: 6 } },
      },
      { scenario: 'broken', variant: 'latency', trials: 1, outcomes: { RolledBack: 1 }, figures: {} },
    ]);
  });

  it('is printed below all trials', () => {
    const rows = [row('error:1', 1, 6), row('error:1', 2, null)];
    expect(formatReport(rows, summarize(rows))).toBe(
      `broken
VARIANT  RUN  OUTCOME     HURT  REASON
error:1  1    RolledBack  6
error:1  2    RolledBack  -

SCENARIO  VARIANT  TRIALS  OUTCOMES      FIGURE  P50  P99  MAX
broken    error:1  2       2 RolledBack  hurt    6    6    6`,
    );
  });
});
