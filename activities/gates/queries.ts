import { formatDuration } from '../../domain/duration.ts';
import { countOnce, proxyLabel, sumOnce } from './count-once.ts';

/** Istio's counter of requests, and the buckets of its histogram of their durations in milliseconds. */
export const metricNames = {
  answers: 'istio_requests_total',
  durations: 'istio_request_duration_milliseconds_bucket',
} as const;

/** Labels of Istio's metrics (istio.io/latest/docs/reference/config/metrics), and the bound of a bucket. */
const metricLabels = [
  'reporter',
  'source_workload',
  'source_workload_namespace',
  'source_principal',
  'source_app',
  'source_version',
  'source_cluster',
  'source_canonical_service',
  'source_canonical_revision',
  'destination_workload',
  'destination_workload_namespace',
  'destination_principal',
  'destination_app',
  'destination_version',
  'destination_service',
  'destination_service_name',
  'destination_service_namespace',
  'destination_cluster',
  'destination_canonical_service',
  'destination_canonical_revision',
  'request_protocol',
  'response_code',
  'grpc_response_status',
  'response_flags',
  'connection_security_policy',
  'le',
];

/** Labels that say how a request ended. */
export const answerLabels = ['response_code', 'response_flags', 'request_protocol', 'grpc_response_status'];

/** Labels that say which version of which Service a request went to. */
export const versionLabels = [
  'destination_service',
  'destination_version',
  'destination_workload',
  'destination_canonical_service',
  'destination_canonical_revision',
];

/**
 * Requests of a window to Services by how they ended and by version, as the calling proxies counted them, each once. One query:
 * errors and total agree.
 * @param window milliseconds
 */
export function requestsQuery(services: readonly string[], namespace: string, window: number): string {
  const grown = increase(metricNames.answers, services, namespace, window);
  return sumOnce(grown, [...answerLabels, ...versionLabels]);
}

/** A window's latency histograms by version, in milliseconds. */
export function latencyQuery(services: readonly string[], namespace: string, window: number): string {
  return sumOnce(increase(metricNames.durations, services, namespace, window), ['le', ...versionLabels]);
}

/**
 * The counters of a metric as the calling proxies have them, of every version of the Services, so far as they were
 * scraped at `since` (epoch ms) or later: what was scraped before says nothing of the time since. A proxy that several
 * jobs or replicas scrape is there once; `instance` names it.
 */
export function countersQuery(
  metric: string,
  services: readonly string[],
  namespace: string,
  since: number,
): string {
  const selector = selectorOf(metric, services, namespace);
  const fresh = `(${selector} and (timestamp(${selector}) >= ${(since / 1000).toFixed(3)}))`;
  return `label_replace(${countOnce(fresh, metricLabels)},"instance","$1","${proxyLabel}","(.*)")`;
}

function increase(metric: string, services: readonly string[], namespace: string, window: number): string {
  return `increase(${selectorOf(metric, services, namespace)}[${formatDuration(window)}])`;
}

/** What the calling side counts of requests to Services. */
function selectorOf(metric: string, services: readonly string[], namespace: string): string {
  const pattern = quote(`(${services.join('|')})\\.${namespace}\\.svc\\..+`);
  return `${metric}{reporter="source",destination_service=~${pattern}}`;
}

/** PromQL's strings are Go's, and JSON's escapes are among those. */
function quote(value: string): string {
  return JSON.stringify(value);
}
