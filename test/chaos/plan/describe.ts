/** Plans in words, as the table and the log have them. */
import type { Ending, Moment, Plan, PlannedFault } from './plan.ts';

/** As in `suspend etcd 2.1 s at reviews-v2-10 +0.4 s`. */
export function describeFault({ victim, action, moment, lasts, workload, by }: PlannedFault): string {
  const who = workload ?? victim;
  const long = by ?? lasts;
  return [action, who, ...(long === 0 ? [] : [seconds(long)]), 'at', describeMoment(moment)].join(' ');
}

/** What a run is to end with, and for what reason. */
export function describeEnding(ending: Ending): string {
  switch (ending.outcome) {
    case 'Promoted':
      return 'healthy';
    case 'RolledBack':
      return ending.broken;
    case 'Aborted':
      return `abort at ${describeMoment(ending.moment)}`;
  }
}

/** The whole plan in one line. */
export function describePlan(plan: Plan): string {
  const scope = plan.fromNothing ? ['from nothing'] : [];
  return [...scope, describeEnding(plan.ending), ...plan.faults.map(describeFault)].join('; ');
}

function describeMoment({ at, after }: Moment): string {
  return `${at} +${seconds(after)}`;
}

function seconds(milliseconds: number): string {
  return `${Math.round(milliseconds / 100) / 10} s`;
}
