import { formatDuration } from '../../../domain/duration.ts';
import { judgeSample } from '../../../domain/gates/judge-sample.ts';
import type { Measurement } from '../../../domain/gates/measurement.ts';
import type { Sample } from '../../../domain/gates/sample.ts';
import type { GateTarget } from '../../../domain/gates/targets.ts';
import type { WindowGateSpec } from '../../../domain/spec/document.ts';
import { queryInstant, type Series } from '../prometheus.ts';
import { latencyQuery, metricTarget, requestsQuery } from '../queries.ts';
import type { Source } from './source.ts';

/** Judges the requests of a target in the window that ends at `at` (epoch ms). */
export async function sampleWindow(
  source: Source,
  gate: WindowGateSpec,
  target: GateTarget,
  at: number,
): Promise<Sample> {
  return judgeSample(gate, await measureWindow(source, gate, target, at));
}

async function measureWindow(
  { prometheus, namespace, signal }: Source,
  gate: WindowGateSpec,
  target: GateTarget,
  at: number,
): Promise<Measurement> {
  const metric = metricTarget(target, namespace);
  if (metric === null) return { kind: 'unavailable', reason: unlabelled(target) };
  const query = (gate.kind === 'successRate' ? requestsQuery : latencyQuery)(metric, gate.window);
  const answer = await queryInstant({ prometheus, query, at, signal });
  if ('trouble' in answer) return { kind: 'unavailable', reason: answer.trouble };
  if (answer.series.length === 0) return { kind: 'empty', reason: noData(query, gate.window) };
  return gate.kind === 'successRate' ? countsOf(answer.series) : bucketsOf(answer.series);
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

function noData(query: string, window: number): string {
  return `no data: ${query} is empty; either there were no requests, or ${formatDuration(window)} holds fewer than two scrapes`;
}

function unlabelled({ host, subset }: GateTarget): string {
  return `subset ${subset} of ${host} has no label version: Istio's metrics do not tell it from the others`;
}
