import type { Plan } from '../plan/plan.ts';
import type { Stand } from '../stand/stand.ts';

/** A run that goes on. */
export interface Running {
  readonly stand: Stand;
  readonly plan: Plan;
  readonly say: (line: string) => void;
  readonly signal: AbortSignal;
}
