/** What the runner prints. */
import { formatTable } from '../../client/render/table.ts';
import type { KeptReport } from './chaos.ts';
import { describeEnding, describeFault } from './plan/describe.ts';

const head = [
  'RUN',
  'PLAN',
  'FAULTS',
  'ENDED',
  'TIME',
  'OVER HOLD',
  'REQUESTS',
  'FAILED',
  'WRITES',
  'RETRIES',
  '',
];

/** One line a run, with a line a fault. */
export function formatReports(reports: readonly KeptReport[]): string {
  return formatTable(head, reports.map(rowOf));
}

function rowOf(report: KeptReport): string[] {
  const { plan, faults, outcome, seconds, soaks, requests, failures, writes, retries } = report;
  return [
    String(plan.run),
    [...(plan.fromNothing ? ['from nothing'] : []), describeEnding(plan.ending)].join('\n'),
    faults
      .map(({ fault, state }) => `${describeFault(fault)}${state === 'done' ? '' : ` (${state})`}`)
      .join('\n'),
    outcome,
    `${seconds} s`,
    soaks.length === 0 ? '-' : `${Math.max(...soaks.map(({ over }) => over))} ms`,
    String(requests),
    formatFailed(failures),
    String(writes),
    String(retries),
    report.wrong.length === 0 ? 'right' : `WRONG: ${report.wrong.join('\n')}\n${report.evidence ?? ''}`,
  ];
}

function formatFailed(failures: KeptReport['failures']): string {
  if (failures === null) return '-';
  const by = Object.entries(failures.explained).map(([reason, count]) => `${count} by ${reason}`);
  const none = failures.unexplained.length;
  return [...by, ...(none > 0 ? [`${none} unexplained`] : [])].join('\n') || '0';
}

/** How many runs there were, what was done to them, and how they ended. */
export function formatSummary(seed: string, reports: readonly KeptReport[]): string {
  const { runs, wrong, outcomes, done, skipped, missed, requests, failed } = summarize(reports);
  const ended = Object.entries(outcomes).map(([outcome, count]) => `${count} ${outcome}`);
  const skips = Object.entries(skipped).map(([reason, count]) => `${count} skipped: ${reason}`);
  return [
    `seed ${seed}: ${runs} runs, ${ended.join(', ')}; ended wrong: ${wrong}`,
    `faults: ${[`${done} done`, `${missed} missed, the run being over`, ...skips].join('; ')}`,
    `requests: ${requests}, failed: ${failed}`,
  ].join('\n');
}

/** Figures over all runs. */
export function summarize(reports: readonly KeptReport[]) {
  const faults = reports.flatMap((report) => report.faults);
  const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);
  return {
    runs: reports.length,
    wrong: reports.filter((report) => report.wrong.length > 0).length,
    outcomes: count(reports.map(({ outcome }) => outcome)),
    done: faults.filter(({ state }) => state === 'done').length,
    missed: faults.filter(({ state }) => state === 'missed').length,
    skipped: count(faults.filter(({ state }) => state === 'skipped').map(({ reason }) => reason)),
    requests: sum(reports.map(({ requests }) => requests)),
    failed: sum(reports.map(({ failures }) => failures?.failed ?? 0)),
  };
}

function count(names: readonly string[]): Record<string, number> {
  return Object.fromEntries([...Map.groupBy(names, (name) => name)].map(([name, all]) => [name, all.length]));
}
