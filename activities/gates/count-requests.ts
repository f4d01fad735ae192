import type { GateTarget } from '../../domain/gates/targets.ts';
import { queryInstant } from './prometheus.ts';
import { metricTarget, requestsQuery } from './queries.ts';
import type { Source } from './samples/source.ts';

/** Longest wait for the count of a stage's requests, in ms: a verdict does not wait long for it. */
const countTimeout = 1_000;

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
  const sum = answer.series.reduce((total, { value }) => total + value, 0);
  return Number.isFinite(sum) ? sum : null;
}
