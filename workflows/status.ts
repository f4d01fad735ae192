/** What a run tells of itself, at any time of its life. */
import { log, setCurrentDetails, upsertSearchAttributes, workflowInfo } from '@temporalio/workflow';
import type {
  ClusterConnection,
  Created,
  Drift,
  Outcome,
  Phase,
  RolloutResult,
  RolloutStatus,
  StageResult,
  UndoEntry,
  Weights,
} from '../domain/rollout.ts';
import type { DeliverySpec, StageSpec } from '../domain/spec/document.ts';
import { mergeWeights } from '../domain/weights.ts';
import { clusterName, leadingHost } from '../domain/workflow-id.ts';
import { describeRun } from './details.ts';
import { searchAttributes } from './messages.ts';
import type { Steering } from './steering.ts';

export class Status {
  phase: Phase = 'Pending';
  step = 'reading the document';
  connection: ClusterConnection | null = null;
  created: Created = { cluster: false, mesh: false, namespaceLabel: false, objects: [] };
  weights: Weights = {};
  stages: StageResult[] = [];
  readonly warnings: string[] = [];
  readonly undone: UndoEntry[] = [];
  addresses: Readonly<Record<string, string>> = {};
  private stage: string | null = null;
  private latest = 0;
  private readonly steering: Steering;

  constructor(steering: Steering) {
    this.steering = steering;
  }

  /** Says what is being done now; a phase stays until the next one is named. */
  enter(step: string, phase = this.phase): void {
    this.phase = phase;
    this.step = step;
    this.publish();
  }

  /** Says what the run is about, and lists all stages of the plan, none of which has begun. */
  plan(spec: DeliverySpec): void {
    this.stages = spec.stages.map(({ name, weights }) => ({ ...unbegun, name, weights, drifts: [] }));
    upsertSearchAttributes([
      { key: searchAttributes.service, value: leadingHost(spec) },
      { key: searchAttributes.cluster, value: clusterName(spec.cluster) },
    ]);
  }

  /** Notes that a stage begins, or begins once more. */
  begin(stage: StageSpec): void {
    if (stage.name !== this.stage)
      upsertSearchAttributes([{ key: searchAttributes.stage, value: stage.name }]);
    const attempts = attemptsBefore(this.find(stage));
    this.note(stage, { ...unbegun, ...attempts, startedAt: this.time() });
  }

  /** Notes weights that somebody else changed. */
  drift(stage: StageSpec, drifts: readonly Drift[]): void {
    const known = this.find(stage)?.drifts ?? [];
    this.note(stage, { drifts: [...known, ...drifts] });
  }

  /** Notes what did not stop the run and somebody should look at; once. */
  warn(warning: string): void {
    if (this.warnings.includes(warning)) return;
    log.warn(warning);
    this.warnings.push(warning);
    this.publish();
  }

  /** Notes how the run ended. */
  end(outcome: Outcome, reason: string): void {
    upsertSearchAttributes([{ key: searchAttributes.outcome, value: outcome }]);
    this.enter(reason, outcome);
  }

  /** Notes how a stage goes. */
  note(stage: StageSpec, change: Partial<StageResult>): void {
    this.stage = stage.name;
    this.amend(stage, change);
  }

  /** Notes what a watch of a stage saw, which may come after later stages began. */
  addEvidence(stage: Named, { requests, gates }: Pick<StageResult, 'requests' | 'gates'>): void {
    this.amend(stage, { gates, ...(requests !== null && { requests }) });
  }

  private amend({ name }: Named, change: Partial<StageResult>): void {
    this.stages = this.stages.map((known) => (known.name === name ? { ...known, ...change } : known));
    this.publish();
  }

  private find({ name }: StageSpec): StageResult | undefined {
    return this.stages.find((known) => known.name === name);
  }

  /** Notes weights that the proxies have. */
  seen(weights: Weights): void {
    this.weights = mergeWeights(this.weights, weights);
  }

  /** Notes what a step made, so that it can be removed. */
  made({ objects = [], ...flags }: Partial<Created>): void {
    this.created = { ...this.created, ...flags, objects: mergeObjects(this.created.objects, objects) };
  }

  /** Ends the stage that the run left in the middle. */
  close(reason: string): void {
    this.stages = this.stages.map((stage) =>
      stage.startedAt && !stage.endedAt
        ? { ...stage, endedAt: this.time(), reason: stage.reason || reason }
        : stage,
    );
  }

  /**
   * The latest time that is known, as ISO 8601: the workflow's clock, or a later one that an activity told.
   * The clock alone may lag: when a query reaches a run whose worker has just died, the SDK takes the run on to
   * events that no workflow task has started for, under the time of the task before.
   */
  time(told = ''): string {
    this.latest = Math.max(this.latest, Date.now(), Date.parse(told) || 0);
    return new Date(this.latest).toISOString();
  }

  /** Answer of the query `status`. */
  snapshot(): RolloutStatus {
    const { paused, aborted, decisions } = this.steering;
    const { step, stage, stages, weights, warnings, undone, addresses, connection, created } = this;
    const { workflowId, runId } = workflowInfo();
    const phase = paused && this.phase === 'Progressing' ? 'Paused' : this.phase;
    const steering = { paused, aborted, decisions };
    return {
      workflowId,
      runId,
      phase,
      step,
      stage,
      stages,
      weights,
      warnings,
      undone,
      addresses,
      connection,
      created,
      ...steering,
    };
  }

  result(outcome: RolloutResult['outcome'], reason: string): RolloutResult {
    const { workflowId, runId } = workflowInfo();
    const { stages, undone, weights, addresses, created } = this;
    return { workflowId, runId, outcome, reason, stages, undone, weights, addresses, created };
  }

  /** Shows the state in the Web UI. */
  publish(): void {
    setCurrentDetails(describeRun(this.snapshot()));
  }
}

type Named = Pick<StageSpec, 'name'>;

const unbegun = {
  verdict: null,
  startedAt: null,
  observedAt: null,
  endedAt: null,
  requests: null,
  reason: '',
  gates: [],
} as const;

/** Attempts at a stage that begins once more: all that it showed until now. */
function attemptsBefore(known: StageResult | undefined): Pick<StageResult, 'attempts'> {
  if (!known?.startedAt) return {};
  const { verdict, startedAt, observedAt, endedAt, requests, reason, gates } = known;
  const failed = { verdict, startedAt, observedAt, endedAt, requests, reason, gates };
  return { attempts: [...(known.attempts ?? []), failed] };
}

/** A step that ran twice, or a later one that touched the same object, does not list it twice. */
function mergeObjects(known: Created['objects'], more: Created['objects']): Created['objects'] {
  const key = (object: Created['objects'][number]) =>
    [object.apiVersion, object.kind, object.namespace ?? '', object.name].join('/');
  return [...new Map([...known, ...more].map((object) => [key(object), object])).values()];
}
