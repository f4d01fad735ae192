import { Context } from '@temporalio/activity';
import type { ClusterConnection, Drift, Weights } from '../../../domain/rollout.ts';
import type { DeliverySpec, GateSpec, PrometheusSpec, ServiceSpec } from '../../../domain/spec/document.ts';
import type { ActivityDeps } from '../../deps.ts';
import type { ClusterClient } from '../../kubernetes/index.ts';
import type { RoutedBy } from '../../traffic/index.ts';
import {
  continueEvidence,
  hasFailed,
  openEvidence,
  requestsCounted,
  resumeEvidence,
  stageEvidence,
  type GateEvidence,
  type StageEvidence,
} from '../evidence.ts';
import { attemptClock, type Clock, type ClockSource } from './clock.ts';
import { createWatchedPods, type WatchedPods } from './watched-pods.ts';

export interface WatchStageInput extends RoutedBy {
  readonly connection: ClusterConnection;
  readonly namespace: string;
  readonly services: readonly ServiceSpec[];
  /** Name of the stage. */
  readonly workflowStage: string;
  /** Weights of all hosts while the stage holds. */
  readonly weights: Weights;
  readonly gates: readonly GateSpec[];
  /** Null when no Prometheus is known: then no sample of it can be taken. */
  readonly prometheus: PrometheusSpec | null;
  /** ISO time at which the proxies had the weights. */
  readonly since: string;
  /** ISO time of the hold's end; null to watch until cancelled. */
  readonly deadline: string | null;
  /** What follows when somebody else changes the weights: they are written again, or the watch ends. */
  readonly drift: DeliverySpec['drift'];
  /** ISO times at which earlier watches of the hold found other weights, since a person last decided about them. */
  readonly rewrites: readonly string[];
  /** Whether people were told of such weights already, since then. */
  readonly told: boolean;
  /** Whose time it is until then. */
  readonly clock: ClockSource;
  /** Evidence of the watch of the same stage before this one; null for the first. */
  readonly earlier: StageEvidence | null;
  /** Whether that watch ended just to report, and this one goes on as if it had not. */
  readonly resumes: boolean;
}

/** A watch while it goes on. */
export interface Watch {
  readonly input: WatchStageInput;
  readonly client: ClusterClient;
  /** Epoch ms. */
  readonly since: number;
  /** Epoch ms; null for none. */
  readonly deadline: number | null;
  readonly now: Clock;
  readonly evidence: GateEvidence[];
  readonly drifts: Drift[];
  readonly pods: WatchedPods;
  /** Why a candidate can serve nobody; null while it can. */
  podFailure: string | null;
  /** Whether somebody else changed the weights, and what follows is not this watch's to decide. */
  drifted: boolean;
  /** Whether it ends to report weights that it has put back. */
  reporting: boolean;
  /** Aborts when the worker is to end. */
  readonly draining: AbortSignal;
  /** Aborts when the watch is over: ended, cancelled or handed over. */
  readonly signal: AbortSignal;
  /** Ends it, whatever it is waiting for. */
  readonly end: () => void;
}

/** What a heartbeat carries: enough for a later attempt to go on. */
export interface HeartbeatDetails {
  /** Name of the stage. */
  readonly stage: string;
  /** Requests of the judged subsets; null where no gate counts. */
  readonly requests: number | null;
  readonly evidence: StageEvidence;
  readonly drifts: readonly Drift[];
  readonly drifted: boolean;
  readonly podFailure: string | null;
}

/** Begins a watch, or goes on with the one of an earlier attempt. */
export function openWatch(
  { clients, draining }: Pick<ActivityDeps, 'clients' | 'draining'>,
  input: WatchStageInput,
): Watch {
  const { info, cancellationSignal } = Context.current();
  const over = new AbortController();
  const now = attemptClock(input.clock);
  const attempted = readDetails(info.heartbeatDetails);
  const opened = openEvidence(input.gates, input.services, input.weights, input.diversions);
  const client = clients(input.connection);
  return {
    input,
    client,
    since: Date.parse(input.since),
    deadline: input.deadline === null ? null : Date.parse(input.deadline),
    now,
    evidence: evidenceSoFar(opened, input, attempted, now),
    drifts: [...(attempted?.drifts ?? [])],
    drifted: attempted?.drifted ?? false,
    reporting: false,
    pods: createWatchedPods(client, input.namespace, input.services),
    podFailure: attempted?.podFailure ?? null,
    draining,
    signal: AbortSignal.any([cancellationSignal, over.signal, draining]),
    end: () => over.abort(),
  };
}

function evidenceSoFar(
  opened: readonly GateEvidence[],
  { earlier, resumes }: WatchStageInput,
  attempted: HeartbeatDetails | null,
  now: Clock,
): GateEvidence[] {
  if (attempted !== null) return resumeEvidence(opened, attempted.evidence, now());
  return resumes ? resumeEvidence(opened, earlier ?? [], now()) : continueEvidence(opened, earlier ?? []);
}

export function detailsOf({ input, evidence, drifts, drifted, podFailure }: Watch): HeartbeatDetails {
  const shown = { stage: input.workflowStage, requests: requestsCounted(evidence) };
  return { ...shown, evidence: stageEvidence(evidence), drifts, drifted, podFailure };
}

/** Notes what a gate has seen; one that says no ends the watch, unless it only reports. */
export function record(watch: Watch, index: number, evidence: GateEvidence): void {
  watch.evidence[index] = evidence;
  if (isDecisive(evidence)) watch.end();
}

/** Whether a gate fails the stage. */
export function isDecisive(evidence: GateEvidence): boolean {
  return !evidence.gate.dryRun && hasFailed(evidence);
}

/** What another version of the worker put into a heartbeat is no evidence. */
export function readDetails(details: unknown): HeartbeatDetails | null {
  const isDetails = typeof details === 'object' && details !== null && 'evidence' in details;
  return isDetails ? (details as HeartbeatDetails) : null;
}
