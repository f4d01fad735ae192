import type { Weights } from '../../../domain/rollout.ts';

/** Where measurements come from. */
export interface Source {
  /** Base URL; null when no Prometheus is known. */
  readonly prometheus: string | null;
  readonly namespace: string;
  readonly signal: AbortSignal;
}

/** A source for one stage's samples, with what somebody who is asked for a verdict wants to know. */
export interface StageSource extends Source {
  /** Id of the rollout's workflow. */
  readonly rollout: string;
  readonly stage: string;
  /** Weights of all hosts while the stage holds. */
  readonly weights: Weights;
}
