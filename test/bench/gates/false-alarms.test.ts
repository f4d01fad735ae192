import { describe, expect, it } from '@jest/globals';
import { runBench } from './run-bench.ts';

interface Report {
  readonly alpha: number;
  readonly runs: number;
  readonly rows: readonly { readonly name: string; readonly failed: number }[];
}

const patience = 15 * 60_000;

/** Enough to tell a gate that fails twice as often as alpha; `npm run bench:false-alarms` runs 10,000 stages. */
const runs = 2_000;

describe('a healthy candidate that is looked at 2,400 times', () => {
  it(
    'is failed less often than alpha says',
    async () => {
      const { alpha, rows } = await runBench<Report>('false-alarms.ts', runs);
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
