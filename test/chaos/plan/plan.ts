/** What one run of the chaos runner does: plain data, made before anything is started. */

/** What can be hit. `ingress` and `sidecar` are Envoys: of the gateway, and of productpage, which calls reviews. */
export const victims = [
  'worker',
  'temporal',
  'kube-apiserver',
  'etcd',
  'istiod',
  'prometheus',
  'ingress',
  'sidecar',
  'pod',
] as const;

export type Victim = (typeof victims)[number];

/**
 * `kill`: SIGKILL, and whoever keeps it running starts it again. `suspend`: SIGSTOP, later SIGCONT. `cut`: no
 * connection from the worker to Temporal. `fill-disk`: no room left for Temporal's database. `jump-clock`: the worker's
 * wall clock is another one from then on.
 */
export type Action = 'kill' | 'suspend' | 'cut' | 'fill-disk' | 'jump-clock';

/** Stages of the run, in their order. */
export const stages = ['all-v1', 'reviews-v2-10', 'reviews-v3-50', 'reviews-v3-100'] as const;

export type Stage = (typeof stages)[number];

/** So many milliseconds after the run, the hold of a stage or the teardown has begun. */
export interface Moment {
  readonly at: 'start' | Stage | 'teardown';
  readonly after: number;
}

export interface PlannedFault {
  readonly victim: Victim;
  readonly action: Action;
  readonly moment: Moment;
  /** Milliseconds until it is over; of a kill, until it may start again, where the runner starts it. */
  readonly lasts: number;
  /** Of `pod`: the workload. */
  readonly workload?: string;
  /** Of `jump-clock`: milliseconds, negative for back. */
  readonly by?: number;
}

/** How the run is to end, and why. */
export type Ending =
  | { readonly outcome: 'Promoted' }
  | { readonly outcome: 'RolledBack'; readonly broken: string; readonly stage: Stage }
  | { readonly outcome: 'Aborted'; readonly moment: Moment & { readonly at: Stage } };

export interface Plan {
  readonly seed: string;
  readonly run: number;
  /** The rollout makes cluster and mesh too, and the teardown removes them. */
  readonly fromNothing: boolean;
  readonly onFailure: 'keep' | 'remove';
  readonly ending: Ending;
  readonly faults: readonly PlannedFault[];
}

/** Milliseconds that each stage holds. */
export const hold = 4_000;

/** The last stage that the plan comes to. */
export function lastStage({ ending }: Pick<Plan, 'ending'>): Stage {
  if (ending.outcome === 'RolledBack') return ending.stage;
  return ending.outcome === 'Aborted' ? ending.moment.at : 'reviews-v3-100';
}

/** Stages that begin, in their order. */
export function stagesOf(plan: Pick<Plan, 'ending'>): Stage[] {
  return stages.slice(0, stages.indexOf(lastStage(plan)) + 1);
}
