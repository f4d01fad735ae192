import { formatDuration } from '../../../domain/duration.ts';
import type { Measurement } from '../../../domain/gates/measurement.ts';
import type { GateTarget } from '../../../domain/gates/targets.ts';
import type { WindowGateSpec } from '../../../domain/spec/document.ts';
import { shownQuery } from '../count-once.ts';
import { queryInstant, type Series } from '../prometheus.ts';
import { destinationOf, hostsOf } from '../counters/read-counters.ts';
import type { StageSource } from './source.ts';

/** A gate's window of a target. */
export interface Window {
  readonly gate: WindowGateSpec;
  readonly target: GateTarget;
  /** Its end, in epoch ms. */
  readonly at: number;
}

/** Series of a window by the version that they are of. */
export interface WindowSeries {
  readonly own: readonly Series[];
  /** Those whose version nothing tells. */
  readonly unknown: readonly Series[];
}

/**
 * Measures the requests of a window.
 * @param queryOf the query for Services of a namespace and the milliseconds of the window
 * @param read what the query's series say
 */
export async function measureWindow(
  { prometheus, namespace, counted, signal }: StageSource,
  { gate: { window }, target, at }: Window,
  queryOf: (services: readonly string[], namespace: string, window: number) => string,
  read: (series: WindowSeries) => Measurement,
): Promise<Measurement> {
  const services = counted().filter(({ host }) => host === target.host);
  const query = queryOf(hostsOf(services), namespace, window);
  const answer = await queryInstant({ prometheus, query, at, signal });
  if ('trouble' in answer) return { kind: 'unavailable', reason: answer.trouble };
  const ofSubset = (subset: string | null) =>
    answer.series.filter(({ labels }) => destinationOf(labels, namespace, services)?.subset === subset);
  const series = { own: ofSubset(target.subset), unknown: ofSubset(null) };
  if (series.own.length === 0 && series.unknown.length === 0)
    return { kind: 'empty', reason: noData(query, window, target) };
  return read(series);
}

function noData(query: string, window: number, { host, subset }: GateTarget): string {
  return `no data of ${host} ${subset}: ${shownQuery(query)} has none; either there were no requests, or ${formatDuration(window)} holds fewer than two scrapes`;
}
