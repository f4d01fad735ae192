import { formatDuration } from '../../domain/duration.ts';
import type { Measurement } from '../../domain/gates/measurement.ts';
import type { GateTarget } from '../../domain/gates/targets.ts';
import type { GateSpec } from '../../domain/spec/document.ts';
import { queryInstant, type Series } from './prometheus.ts';
import { latencyQuery, metricTarget, requestsQuery, type MetricTarget } from './queries.ts';

/** Where measurements come from. */
export interface Source {
  /** Base URL; null when no Prometheus is known. */
  readonly prometheus: string | null;
  readonly namespace: string;
  readonly signal: AbortSignal;
}

/** Longest wait for the count of a stage's requests, in ms: a verdict does not wait long for it. */
const countTimeout = 1_000;

/** What a gate needs to know of a target over the window that ends at `at` (epoch ms). */
export async function measure(
  source: Source,
  gate: GateSpec,
  target: GateTarget,
  at: number,
): Promise<Measurement> {
  const metric = metricTarget(target, source.namespace);
  if (metric === null) return unavailable(unlabelled(target));
  const query = queryOf(gate, metric);
  const { prometheus, signal } = source;
  const answer = await queryInstant({ prometheus, query, at, signal });
  if ('trouble' in answer) return unavailable(answer.trouble);
  if (answer.series.length === 0) return unavailable(noData(query, gate.window));
  return gate.kind === 'successRate' ? countsOf(answer.series) : bucketsOf(answer.series);
}

/**
 * Requests that targets got from `since` to `end` (epoch ms), each target counted once; null when it is not known
 * of any.
 */
export async function countRequests(
  source: Source,
  targets: readonly GateTarget[],
  since: number,
  end: number,
): Promise<number | null> {
  const metrics = targets
    .map((target) => metricTarget(target, source.namespace))
    .filter((one) => one !== null);
  const queries = new Set(end > since ? metrics.map((metric) => requestsQuery(metric, end - since)) : []);
  const counts = await Promise.all([...queries].map(async (query) => countOf(source, query, end)));
  const known = counts.filter((count) => count !== null);
  return known.length === 0 ? null : Math.round(known.reduce((sum, count) => sum + count, 0));
}

async function countOf({ prometheus, signal }: Source, query: string, at: number): Promise<number | null> {
  const answer = await queryInstant({ prometheus, query, at, signal, timeout: countTimeout });
  if ('trouble' in answer || answer.series.length === 0) return null;
  const sum = sumOf(answer.series);
  return Number.isFinite(sum) ? sum : null;
}

function queryOf(gate: GateSpec, target: MetricTarget): string {
  return gate.kind === 'successRate' ? requestsQuery(target, gate.window) : latencyQuery(target, gate.window);
}

/** A code that is missing was not answered: the total is there, so the metric is. */
function countsOf(series: readonly Series[]): Measurement {
  const errors = series.filter(({ labels }) => labels.response_code?.startsWith('5'));
  return { kind: 'successRate', requests: sumOf(series), errors: sumOf(errors) };
}

function bucketsOf(series: readonly Series[]): Measurement {
  return {
    kind: 'latency',
    buckets: series.map(({ labels, value }) => ({ le: boundOf(labels.le), count: value })),
  };
}

function boundOf(le: string | undefined): number {
  return le === '+Inf' ? Infinity : Number(le);
}

function sumOf(series: readonly Series[]): number {
  return series.reduce((sum, { value }) => sum + value, 0);
}

function unavailable(reason: string): Measurement {
  return { kind: 'unavailable', reason };
}

function noData(query: string, window: number): string {
  return `no data: ${query} is empty; either there were no requests, or ${formatDuration(window)} holds fewer than two scrapes`;
}

function unlabelled({ host, subset }: GateTarget): string {
  return `subset ${subset} of ${host} has no label version: Istio's metrics do not tell it from the others`;
}
