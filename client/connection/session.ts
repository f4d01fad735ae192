/** What commands ask of a Temporal server. */
import type { LiveEvidence } from '../../domain/live-evidence.ts';
import type { Action, Decision, PromoteDecision, RolloutStatus } from '../../domain/rollout.ts';
import type { RestoreInput } from '../../workflows/messages.ts';

/** One run of a workflow. */
export interface RunRef {
  readonly workflowId: string;
  readonly runId: string;
}

/** A step that is tried again. */
export interface Retry {
  /** Number of the attempt that runs, or is waited for; the first is 1. */
  readonly attempt: number;
  /** Why the attempt before it failed. */
  readonly failure: string;
}

/** A run as the server knows it. */
export interface Execution extends RunRef {
  readonly type: string;
  /** Temporal's word, as in `RUNNING`, `COMPLETED`, `FAILED`, `TERMINATED`. */
  readonly state: string;
  readonly taskQueue: string;
  readonly startedAt: string;
  readonly closedAt: string | null;
  /** What the step that runs now last said of itself; null if it says nothing, or nobody asked. */
  readonly doing: string | null;
  /** The step that is tried again; null if none is, or nobody asked. */
  readonly retry: Retry | null;
  /** What the stages' open watches count; empty where none is open, or nobody asked. */
  readonly live: readonly LiveEvidence[];
  /** What the run says of itself in search attributes of type Keyword, by their names. */
  readonly attributes: Readonly<Record<string, string>>;
}

/** What to start. */
export interface StartRequest {
  readonly type: string;
  readonly workflowId: string;
  readonly taskQueue: string;
  readonly argument: unknown;
  /** What becomes of a run of that id that is still open. */
  readonly whenOpen: 'fail' | 'join';
  /** Shown by the Web UI: one line, and Markdown. */
  readonly summary: string;
  readonly details: string;
}

/** How a run ended. */
export type Ending =
  | { readonly kind: 'completed'; readonly value: unknown }
  | {
      readonly kind: 'failed';
      /** Type of the ApplicationFailure; null for other ways to end (terminated, timed out). */
      readonly type: string | null;
      readonly message: string;
      readonly details: readonly unknown[];
    };

/** Argument of every steering message. */
export type Steering = Decision | PromoteDecision;

/** Which runs to list: those of any of the types whose search attributes have all the values. */
export interface RunFilter {
  readonly types: readonly string[];
  /** Of this workflow id alone. */
  readonly workflowId?: string;
  readonly attributes: Readonly<Record<string, string>>;
}

/** A connection to a namespace. */
export interface Session {
  readonly address: string;
  readonly namespace: string;
  /** How many workers poll a task queue, as far as the server has heard of late. */
  pollers(taskQueue: string): Promise<number>;
  /** Starts a run; null if one of that id is open and the request does not join it. */
  start(request: StartRequest): Promise<RunRef | null>;
  /** Finds a run, by default the latest of its id; null if there is none. */
  find(workflowId: string, runId?: string): Promise<Execution | null>;
  /** Asks the run itself, which a worker has to answer. */
  status(run: RunRef): Promise<RolloutStatus>;
  /**
   * Asks the run itself, which a worker has to answer.
   * @returns what putting its traffic back takes; null where it has touched none
   */
  restoreInput(run: RunRef): Promise<RestoreInput | null>;
  /** How a run that is over ended. */
  ending(run: RunRef): Promise<Ending>;
  /** The argument that a run was started with. */
  argument(run: RunRef): Promise<unknown>;
  /** Leaves a decision for the run, which hears it when a worker is there. */
  signal(run: RunRef, action: Action, decision: Steering): Promise<void>;
  /**
   * Takes a decision to the run, which a worker has to answer.
   * @returns why the run refuses it; null if it is taken
   */
  update(run: RunRef, action: Action, decision: Steering): Promise<string | null>;
  /** Runs that the filter lets through, latest first. */
  list(filter: RunFilter, limit: number): Promise<Execution[]>;
  close(): Promise<void>;
}
