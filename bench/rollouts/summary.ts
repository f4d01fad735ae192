/** Many trials in few numbers. */
import type { Row } from './trial.ts';

/** Spread of one figure over the trials that have it. */
export interface Spread {
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

export interface Summary {
  readonly scenario: string;
  readonly variant: string;
  readonly trials: number;
  /** How many trials ended how. */
  readonly outcomes: Readonly<Record<string, number>>;
  readonly figures: Readonly<Record<string, Spread>>;
}

/** One summary for each scenario and variant, in the order of their first trials. */
export function summarize(rows: readonly Row[]): Summary[] {
  return [...Map.groupBy(rows, ({ scenario, variant }) => `${scenario}\n${variant}`).values()].map(summaryOf);
}

function summaryOf(rows: readonly Row[]): Summary {
  const { scenario = '', variant = '' } = rows[0] ?? {};
  const outcomes = Map.groupBy(rows, ({ outcome }) => outcome);
  return {
    scenario,
    variant,
    trials: rows.length,
    outcomes: Object.fromEntries([...outcomes].map(([outcome, of]) => [outcome, of.length])),
    figures: Object.fromEntries(
      figureNames(rows).flatMap((name) => {
        const values = rows
          .map((row) => row.figures[name])
          .filter((value) => value !== null && value !== undefined);
        return values.length > 0 ? [[name, spreadOf(values)]] : [];
      }),
    ),
  };
}

/** Names of the figures that any of the trials has. */
export function figureNames(rows: readonly Row[]): string[] {
  return [...new Set(rows.flatMap(({ figures }) => Object.keys(figures)))];
}

function spreadOf(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  return { p50: nearestRank(sorted, 0.5), p99: nearestRank(sorted, 0.99), max: nearestRank(sorted, 1) };
}

/**
 * The smallest value that at least the given share (over 0, up to 1) of the values does not exceed.
 * @param sorted from small to large, at least one
 */
export function nearestRank(sorted: readonly number[], share: number): number {
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}
