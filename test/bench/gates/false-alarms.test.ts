import { describe, expect, it } from '@jest/globals';
import { runBench } from './run-bench.ts';

interface Report {
  readonly alpha: number;
  readonly runs: number;
  readonly rows: readonly { readonly name: string; readonly failed: number }[];
}

const patience = 15 * 60_000;

describe('a healthy candidate that is looked at 2,400 times', () => {
  it(
    'is failed less often than alpha says',
    async () => {
      const { alpha, rows } = await runBench<Report>('false-alarms.ts', 10_000);
      expect(rows.map(({ name }) => name)).toEqual([
        '0.5 % bad requests on both versions',
        '3 % on both, by a shared fault',
        'a shared fault that comes and goes',
        'as many as allowed, the stable version without',
      ]);
      expect(rows.filter(({ failed }) => failed >= alpha)).toEqual([]);
    },
    patience,
  );
});
