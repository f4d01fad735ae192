import type { GateTarget } from '../../domain/gates/targets.ts';
import { destinationOf, hostsOf, type CountedService } from './counters/read-counters.ts';
import { queryInstant } from './prometheus.ts';
import { requestsQuery } from './queries.ts';
import type { Source } from './samples/source.ts';

/** Longest wait for the count of a stage's requests, in ms: a verdict does not wait long for it. */
const countTimeout = 1_000;

/**
 * Requests that targets got from `since` to `end` (epoch ms), each target counted once; null when it is not known
 * of any.
 */
export async function countRequests(
  { prometheus, namespace, signal }: Source,
  services: readonly CountedService[],
  targets: readonly GateTarget[],
  since: number,
  end: number,
): Promise<number | null> {
  const wanted = services.filter(({ host }) => targets.some((target) => target.host === host));
  if (wanted.length === 0 || end <= since) return null;
  const query = requestsQuery(hostsOf(wanted), namespace, end - since);
  const answer = await queryInstant({ prometheus, query, at: end, signal, timeout: countTimeout });
  if ('trouble' in answer) return null;
  const own = answer.series.filter(({ labels }) => {
    const called = destinationOf(labels, namespace, wanted);
    return targets.some(({ host, subset }) => host === called?.host && subset === called.subset);
  });
  const sum = own.reduce((total, { value }) => total + value, 0);
  return own.length > 0 && Number.isFinite(sum) ? Math.round(sum) : null;
}
