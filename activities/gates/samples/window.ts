import { formatDuration } from '../../../domain/duration.ts';
import type { Measurement } from '../../../domain/gates/measurement.ts';
import type { GateTarget } from '../../../domain/gates/targets.ts';
import type { WindowGateSpec } from '../../../domain/spec/document.ts';
import { shownQuery } from '../count-once.ts';
import { queryInstant, type Series } from '../prometheus.ts';
import { metricTarget, type MetricTarget } from '../queries.ts';
import type { Source } from './source.ts';

/** A gate's window of a target. */
export interface Window {
  readonly gate: WindowGateSpec;
  readonly target: GateTarget;
  /** Its end, in epoch ms. */
  readonly at: number;
}

/**
 * Measures the requests of a window.
 * @param queryOf the query for a target and the milliseconds of the window
 * @param read what the query's series say
 */
export async function measureWindow(
  { prometheus, namespace, signal }: Source,
  { gate: { window }, target, at }: Window,
  queryOf: (metric: MetricTarget, window: number) => string,
  read: (series: readonly Series[]) => Measurement,
): Promise<Measurement> {
  const metric = metricTarget(target, namespace);
  if (metric === null) return { kind: 'unavailable', reason: unlabelled(target) };
  const query = queryOf(metric, window);
  const answer = await queryInstant({ prometheus, query, at, signal });
  if ('trouble' in answer) return { kind: 'unavailable', reason: answer.trouble };
  if (answer.series.length === 0) return { kind: 'empty', reason: noData(query, window) };
  return read(answer.series);
}

function noData(query: string, window: number): string {
  return `no data: ${shownQuery(query)} is empty; either there were no requests, or ${formatDuration(window)} holds fewer than two scrapes`;
}

function unlabelled({ host, subset }: GateTarget): string {
  return `subset ${subset} of ${host} has no label version: Istio's metrics do not tell it from the others`;
}
