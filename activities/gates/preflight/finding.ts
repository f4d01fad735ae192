import type { GateTarget } from '../../../domain/gates/targets.ts';

/** A subset that a gate judges in a stage. */
export interface CheckTarget {
  readonly target: GateTarget;
  /** The stable subset beside it; null where it gets no requests in the stage, or is the target. */
  readonly stable: GateTarget | null;
  /** Whether it gets copies of requests in the stage. */
  readonly isCopied?: true;
}

/** Something that keeps a gate from saying anything. */
export interface Finding {
  /** Whether it stays until somebody changes the spec or the cluster. */
  readonly isProblem: boolean;
  readonly text: string;
}
