import { describe, expect, it } from '@jest/globals';
import type { DetectionRow } from '../../../bench/gates/detection.ts';
import { runBench } from './run-bench.ts';

const patience = 5 * 60_000;

describe('a bad candidate with 10 % of 50 requests/s', () => {
  it(
    'is failed after three bad requests if it fails all or half of them, and always if it fails 5 %; after five if it turned bad late',
    async () => {
      const { rows } = await runBench<{ rows: DetectionRow[] }>('sequential.ts', 300);
      const found = rows
        .filter(({ share, onset, stable }) => share === 0.1 && onset === 0 && stable === 0.005)
        .map(({ candidate, failed, bad }) => ({ candidate, failed, bad }));
      expect(found.slice(0, 3)).toEqual([
        { candidate: 1, failed: 1, bad: 3 },
        { candidate: 0.5, failed: 1, bad: 3 },
        { candidate: 0.05, failed: 1, bad: expect.any(Number) },
      ]);
      expect(found[2]?.bad).toBeLessThanOrEqual(8);
      const late = rows.find(({ onset, candidate }) => onset > 0 && candidate === 1);
      expect(late?.failed).toBe(1);
      expect(late?.bad).toBeLessThanOrEqual(6);
    },
    patience,
  );
});
