import type { RecordedDecision } from '../../domain/rollout.ts';

/** What somebody decided, and why, in a line. */
export function formatDecision({ action, full, by, reason }: RecordedDecision): string {
  return `${action}${full ? ' --full' : ''} by ${by}${reason ? `: ${reason}` : ''}`;
}
