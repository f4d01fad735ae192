/** What the bench prints. */
import { formatTable } from '../../client/render/table.ts';
import { figureNames, type Summary } from './summary.ts';
import type { Row } from './trial.ts';

/** All trials, then each variant in one line a figure. */
export function formatReport(rows: readonly Row[], summaries: readonly Summary[]): string {
  const byScenario = [...Map.groupBy(rows, ({ scenario }) => scenario)];
  return [
    ...byScenario.map(([name, trials]) => `${name}\n${formatTrials(trials)}`),
    formatSummaries(summaries),
  ].join('\n\n');
}

/** One trial in a line, as it ends. */
export function formatTrial({ scenario, variant, run, outcome, figures, reason }: Row): string {
  const parts = Object.entries(figures).map(([name, value]) => `${name} ${value ?? '-'}`);
  return `${scenario}, ${variant}, run ${run}: ${[outcome, ...parts].join(', ')} (${reason})`;
}

function formatTrials(rows: readonly Row[]): string {
  const names = figureNames(rows);
  const head = ['VARIANT', 'RUN', 'OUTCOME', ...names.map((name) => name.toUpperCase()), 'REASON'];
  return formatTable(
    head,
    rows.map(({ variant, run, outcome, figures, reason }) => [
      variant,
      String(run),
      outcome,
      ...names.map((name) => String(figures[name] ?? '-')),
      reason,
    ]),
  );
}

function formatSummaries(summaries: readonly Summary[]): string {
  const rows = summaries.flatMap(({ scenario, variant, trials, outcomes, figures }) => {
    const ended = Object.entries(outcomes).map(([outcome, count]) => `${count} ${outcome}`);
    const of = [scenario, variant, String(trials), ended.join(', ')];
    const spreads = Object.entries(figures).map(([name, { p50, p99, max }]) =>
      [name, p50, p99, max].map(String),
    );
    return spreads.length > 0 ? spreads.map((spread) => [...of, ...spread]) : [[...of, '-', '-', '-', '-']];
  });
  return formatTable(['SCENARIO', 'VARIANT', 'TRIALS', 'OUTCOMES', 'FIGURE', 'P50', 'P99', 'MAX'], rows);
}
