import { setTimeout as sleep } from 'node:timers/promises';
import { Context } from '@temporalio/activity';
import { judgeSample } from '../../domain/gates/judge-sample.ts';
import { judgeStage } from '../../domain/gates/judge-stage.ts';
import type { ClusterConnection, GateReport, Verdict, Weights } from '../../domain/rollout.ts';
import type { GateSpec, ServiceSpec } from '../../domain/spec/document.ts';
import { heartbeatWhile } from '../heartbeat.ts';
import {
  addSamples,
  detailsOf,
  hasFailed,
  openEvidence,
  readDetails,
  type GateEvidence,
} from './evidence.ts';
import { countRequests, measure, type Source } from './measure.ts';
import { nextSample, type Schedule } from './schedule.ts';

export interface WatchStageInput {
  readonly connection: ClusterConnection;
  readonly namespace: string;
  readonly services: readonly ServiceSpec[];
  /** Weights of all hosts while the stage holds. */
  readonly weights: Weights;
  readonly gates: readonly GateSpec[];
  /** Base URL; null when no Prometheus is known: then every sample is inconclusive. */
  readonly prometheus: string | null;
  /** ISO time at which the proxies had the weights. */
  readonly since: string;
  /** ISO time of the hold's end; null to watch until cancelled. */
  readonly deadline: string | null;
}

export interface StageWatch {
  readonly verdict: Verdict;
  readonly reason: string;
  /** Requests of the judged subsets from `since` to the end, by one query at the end; null when not known. */
  readonly requests: number | null;
  /** ISO time at which the watch ended: the deadline, or when a gate failed. */
  readonly endedAt: string;
  readonly gates: readonly GateReport[];
}

/** Longest single wait, in ms: a timer of Node holds 24 days. */
const longestWait = 24 * 3600_000;

/**
 * Watches a stage through its gates until its deadline, or until a gate says no. Heartbeats what it has seen, and
 * goes on from there when it is tried again. Cancellation ends it at once.
 */
export async function watchStage(input: WatchStageInput): Promise<StageWatch> {
  const { gates, services, weights } = input;
  const context = Context.current();
  const earlier = readDetails(context.info.heartbeatDetails);
  const evidence = openEvidence(gates, services, weights, earlier);
  return heartbeatWhile(
    () => detailsOf(evidence),
    async () => {
      await watchGates(input, evidence);
      return conclude(input, evidence);
    },
  );
}

/** All gates side by side, each at its own pace; the first that fails ends the others. */
async function watchGates(input: WatchStageInput, evidence: GateEvidence[]): Promise<void> {
  const { cancellationSignal } = Context.current();
  const failed = new AbortController();
  const signal = AbortSignal.any([cancellationSignal, failed.signal]);
  if (evidence.some(hasFailed)) return;
  const watches = evidence.map((_, index) => watchGate(input, evidence, index, signal, () => failed.abort()));
  try {
    await Promise.all([...watches, waitUntil(deadlineOf(input), signal)]);
  } catch (error) {
    cancellationSignal.throwIfAborted();
    if (!failed.signal.aborted) throw error;
  }
}

async function watchGate(
  { namespace, prometheus, since, ...input }: WatchStageInput,
  evidence: GateEvidence[],
  index: number,
  signal: AbortSignal,
  fail: () => void,
): Promise<void> {
  const source: Source = { prometheus, namespace, signal };
  for (;;) {
    const seen = evidence[index];
    if (seen === undefined) return;
    const { interval, window } = seen.gate;
    const schedule: Schedule = { since: Date.parse(since), deadline: deadlineOf(input), interval, window };
    const at = nextSample(schedule, seen.last, Date.now());
    if (at === null) return;
    await waitUntil(at, signal);
    const later = await sampleOnce(source, seen, at);
    evidence[index] = later;
    Context.current().heartbeat(detailsOf(evidence));
    if (hasFailed(later)) fail();
  }
}

async function sampleOnce(source: Source, evidence: GateEvidence, at: number): Promise<GateEvidence> {
  const { gate, targets } = evidence;
  const measurements = await Promise.all(targets.map((target) => measure(source, gate, target, at)));
  return addSamples(
    evidence,
    measurements.map((measurement) => judgeSample(gate, measurement)),
    at,
  );
}

async function conclude(input: WatchStageInput, evidence: readonly GateEvidence[]): Promise<StageWatch> {
  const { namespace, prometheus, since } = input;
  const reports = evidence.flatMap((gate) => gate.reports);
  const source: Source = { prometheus, namespace, signal: Context.current().cancellationSignal };
  const targets = evidence.flatMap((gate) => gate.targets);
  const end = Math.min(Date.now(), deadlineOf(input) ?? Infinity);
  const requests = await countRequests(source, targets, Date.parse(since), end);
  return { ...judgeStage(reports), requests, endedAt: new Date(end).toISOString(), gates: reports };
}

function deadlineOf({ deadline }: Pick<WatchStageInput, 'deadline'>): number | null {
  return deadline === null ? null : Date.parse(deadline);
}

/** Null for ever. */
async function waitUntil(time: number | null, signal: AbortSignal): Promise<void> {
  for (;;) {
    signal.throwIfAborted();
    const left = (time ?? Infinity) - Date.now();
    if (left <= 0) return;
    await sleep(Math.min(left, longestWait), undefined, { signal });
  }
}
