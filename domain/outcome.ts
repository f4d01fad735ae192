/** Exit codes of the command line, by how things ended. */
import type { Outcome } from './rollout.ts';

/** Codes that do not come from a rollout's outcome. */
export const ExitCode = { done: 0, failed: 1, nothingStarted: 2 } as const;

const byOutcome: Readonly<Record<Outcome, number>> = { Promoted: 0, Failed: 1, RolledBack: 3, Aborted: 4 };

/** Exit code for a rollout that ended. */
export function exitCodeOf(outcome: Outcome): number {
  return byOutcome[outcome];
}
