import type { GateReport, Verdict } from '../rollout.ts';

/** What all gates of a stage say together. */
export interface StageVerdict {
  readonly verdict: Verdict;
  readonly reason: string;
}

/**
 * A stage fails if any gate does, is inconclusive if any gate is, and passes otherwise. Gates that only report do not
 * count.
 */
export function judgeStage(all: readonly GateReport[]): StageVerdict {
  const reports = all.filter(({ dryRun }) => !dryRun);
  const failed = reports.filter(({ verdict }) => verdict === 'fail');
  if (failed.length > 0) return { verdict: 'fail', reason: describe(failed) };
  const open = reports.filter(({ verdict }) => verdict !== 'pass');
  if (open.length > 0) return { verdict: 'inconclusive', reason: describe(open) };
  return { verdict: 'pass', reason: reports.length === 0 ? 'no gate judges this stage' : 'all gates passed' };
}

function describe(reports: readonly GateReport[]): string {
  return reports
    .map(({ name, host, subset, reason }) => `${name} of ${host} ${subset}: ${reason}`)
    .join('; ');
}
