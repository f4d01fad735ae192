/**
 * The words of a rollout that every room shares: weights, verdicts, outcomes, status, result.
 * Times are ISO 8601 strings, so that they cross Temporal and JSON unchanged.
 */

/** Share of a service's requests by subset, in percent; the values of one host add up to 100. */
export type SubsetWeights = Readonly<Record<string, number>>;

/** Weights by host. A stage names just the hosts it changes. */
export type Weights = Readonly<Record<string, SubsetWeights>>;

/** What a gate, or a stage over all its gates, says of the candidate. */
export type Verdict = 'pass' | 'fail' | 'inconclusive';

/** How a rollout ended. */
export type Outcome = 'Promoted' | 'RolledBack' | 'Aborted' | 'Failed';

/** Where a rollout is. Terminal phases are the outcomes. */
export type Phase =
  | 'Pending'
  | 'Cluster'
  | 'Mesh'
  | 'Application'
  | 'Progressing'
  | 'WaitingApproval'
  | 'WaitingRetry'
  | 'Paused'
  | 'RollingBack'
  | Outcome;

/** The argument of every steering signal: who, and why. */
export interface Decision {
  readonly by: string;
  readonly reason: string;
}

/** What people can decide about a rollout. */
export type Action = 'pause' | 'resume' | 'approve' | 'promote' | 'retry' | 'abort';

/** The argument of `promote`: skips the rest of a hold, or of the whole rollout. */
export interface PromoteDecision extends Decision {
  readonly full: boolean;
}

/** A decision as the rollout recorded it. */
export interface RecordedDecision extends Decision {
  readonly action: Action;
  readonly at: string;
  /** Of `promote` alone: whether the rest of the rollout was skipped. */
  readonly full?: boolean;
}

/** What one gate saw in a stage. */
export interface GateReport {
  readonly name: string;
  readonly host: string;
  readonly subset: string;
  readonly verdict: Verdict;
  /** Last measured value in the gate's own unit (a ratio, milliseconds); null before any. */
  readonly value: number | null;
  readonly samples: number;
  readonly failures: number;
  /** Samples that said nothing. */
  readonly inconclusives: number;
  /** Samples in a row that could not be taken, up to the latest. */
  readonly consecutiveErrors: number;
  /** Requests that its verdict rests on; null where it does not count. */
  readonly requests: number | null;
  /** Whether it reports only, and no stage fails by it. */
  readonly dryRun: boolean;
  readonly reason: string;
}

/** A tool that keeps objects as a repository or a chart has them. */
export interface Keeper {
  /** As in `Argo CD (Application shop)`. */
  readonly name: string;
  /** What makes it leave routes alone while a rollout steers them. */
  readonly remedy: string;
}

/** Weights that somebody else changed while a stage held. */
export interface Drift {
  readonly at: string;
  readonly host: string;
  /** As in `VirtualService default/reviews`. */
  readonly object: string;
  /** Field manager that wrote the foreign weights, as the API server names it. */
  readonly manager: string;
  /** The tool that writes under that name; null for people, and for tools that Sluice does not know. */
  readonly keeper: Keeper | null;
  /** What it left; null where the object or its route was removed. */
  readonly found: SubsetWeights | null;
  readonly reasserted: boolean;
}

/** One attempt at a stage as it went; a null time has not come yet. */
export interface StageAttempt {
  readonly verdict: Verdict | null;
  /** When the first change of the attempt was asked for. */
  readonly startedAt: string | null;
  /** When every calling proxy had the weights. */
  readonly observedAt: string | null;
  /** When the stage's hold was over, or its verdict fell. */
  readonly endedAt: string | null;
  /** Requests that the gates counted in the hold; null where no gate counts. */
  readonly requests: number | null;
  readonly reason: string;
  readonly gates: readonly GateReport[];
}

/** A stage as its latest attempt went. */
export interface StageResult extends StageAttempt {
  readonly name: string;
  readonly weights: Weights;
  /** Of all attempts. */
  readonly drifts: readonly Drift[];
  /** Failed attempts before the latest one, the oldest first; absent where there are none. */
  readonly attempts?: readonly StageAttempt[];
}

/** One thing that was taken back, or could not be. */
export interface UndoEntry {
  readonly name: string;
  readonly outcome: 'done' | 'failed';
  readonly reason: string;
}

/** An object in the cluster, as precisely as a later run needs to find it. */
export interface ObjectRef {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  /** Absent for cluster-scoped objects. */
  readonly namespace?: string;
}

/** What the run made, and `teardown` therefore may remove; nothing that was there before is listed. */
export interface Created {
  readonly cluster: boolean;
  readonly mesh: boolean;
  /** Revisions of Istio that the run installed; absent where there are none. */
  readonly revisions?: readonly string[];
  readonly namespaceLabel: boolean;
  readonly objects: readonly ObjectRef[];
  /** Services of single versions, made for HTTPRoutes; absent where there are none. */
  readonly backends?: readonly ObjectRef[];
  /** Objects of add-ons; absent where there are none. */
  readonly addons?: readonly ObjectRef[];
  /** Services of add-ons that were there, and that the run opened to the outside. */
  readonly exposed?: readonly ObjectRef[];
}

/**
 * How activities reach a cluster. Holds paths and names only: credentials never enter workflow history.
 */
export interface ClusterConnection {
  readonly provider: string;
  readonly name: string;
  /** Path of a kubeconfig file on the worker's machine; null for the default loading rules. */
  readonly kubeconfig: string | null;
  /** Context in it; null for the current one. */
  readonly context: string | null;
  readonly created: boolean;
  /** Base URL of a Prometheus that knows the mesh; null when the provider does not bring one. */
  readonly prometheus: string | null;
  /** What the cluster needs of Istio; null for no further values. */
  readonly istio: IstioValues | null;
  /** Where AWS has the cluster; absent for clusters of other providers. */
  readonly eks?: EksAccess;
}

/** What a cluster needs of Istio. No path of a program: a connection may be the input of a workflow that anyone started. */
export interface IstioValues {
  /** `--set` values. */
  readonly set: readonly string[];
}

/** Whose AWS account, and where in it. */
export interface EksAccess {
  readonly region: string;
  /** Profile of the worker's AWS configuration; null for its default credential chain. */
  readonly profile: string | null;
}

/** Answer of the query `status`, at any time of the run's life. */
export interface RolloutStatus {
  readonly workflowId: string;
  readonly runId: string;
  readonly phase: Phase;
  /** What is being done now, in words. */
  readonly step: string;
  readonly stage: string | null;
  readonly paused: RecordedDecision | null;
  readonly aborted: RecordedDecision | null;
  readonly stages: readonly StageResult[];
  /** Weights that proxies were last seen with. */
  readonly weights: Weights;
  readonly decisions: readonly RecordedDecision[];
  /** What did not stop the run and somebody should look at, each said once. */
  readonly warnings: readonly string[];
  readonly undone: readonly UndoEntry[];
  readonly addresses: Readonly<Record<string, string>>;
  readonly connection: ClusterConnection | null;
  readonly created: Created;
}

/** The result of a rollout. */
export interface RolloutResult {
  /** What the run made, also what of it was removed again (see `undone`). */
  readonly created: Created;
  readonly workflowId: string;
  readonly runId: string;
  readonly outcome: Outcome;
  readonly reason: string;
  readonly stages: readonly StageResult[];
  readonly undone: readonly UndoEntry[];
  readonly weights: Weights;
  readonly addresses: Readonly<Record<string, string>>;
}
