import { adminPort } from '../images/bootstrap.ts';
import { statPrefix } from './access-tags.ts';
import type { FindWorkload, Reporter } from './istio-labels.ts';
import { istioMetrics } from './istio-metrics.ts';

/** A proxy of the lab whose metrics are read. */
export interface MeteredProxy {
  /** Where its admin interface listens. */
  readonly address: string;
  readonly reporter: Reporter;
}

/** What an admin interface answered. */
export interface AdminAnswer {
  readonly status: number;
  readonly text: string;
}

const metricsPath = 'stats/prometheus';

/** Whether a request to the admin interface is for metrics in Prometheus' format. */
export function asksMetrics(path: string): boolean {
  return path.replace(/^\//, '').split('?')[0] === metricsPath;
}

/**
 * Asks a proxy for its metrics, as an istio-proxy answers.
 * @param query of the request: `usedonly`, and `filter`, which goes by the names of statistics inside of an istio-proxy
 * @param timeout milliseconds
 */
export async function readMetrics(
  { address, reporter }: MeteredProxy,
  query: URLSearchParams,
  find: FindWorkload,
  timeout: number,
): Promise<AdminAnswer> {
  const filter = query.get('filter');
  const asked = new URLSearchParams(query);
  // Inside of this Envoy the names are the access logger's.
  if (filter !== null) asked.set('filter', `^${statPrefix}[.]`);
  const url = `http://${address}:${adminPort}/${metricsPath}?${asked.toString()}`;
  const answer = await fetch(url, { signal: AbortSignal.timeout(timeout) });
  const text = await answer.text();
  if (!answer.ok) return { status: answer.status, text };
  const matching = filter === null ? undefined : new RegExp(filter);
  return { status: answer.status, text: istioMetrics(text, reporter, find, matching) };
}
