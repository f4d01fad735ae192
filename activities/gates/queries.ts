import { formatDuration } from '../../domain/duration.ts';
import type { GateTarget } from '../../domain/gates/targets.ts';
import { countOnce, proxyLabel, sumOnce } from './count-once.ts';

/** A subset as Istio's standard metrics name it. */
export interface MetricTarget {
  /** `reviews.default.svc.cluster.local` */
  readonly service: string;
  /** Value of the pods' label `version`; null where the service has one version alone. */
  readonly version: string | null;
}

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

/** Label of pods from which Istio's metrics take `destination_version`. */
const versionLabel = 'version';

/**
 * How Istio's metrics tell a gate's target from the rest; null when they do not. Requests that an HTTPRoute led to the
 * Service of one version count as requests to that Service.
 */
export function metricTarget({ host, labels, service }: GateTarget, namespace: string): MetricTarget | null {
  const name = (of: string) => `${of}.${namespace}.svc.cluster.local`;
  if (service !== undefined) return { service: name(service), version: null };
  const version = labels[versionLabel];
  return version === undefined ? null : { service: name(host), version };
}

/** Labels that say how a request ended. */
export const answerLabels = ['response_code', 'response_flags', 'request_protocol', 'grpc_response_status'];

/** Requests of a window by how they ended, as the calling proxies counted them, each once. One query: errors and total agree. */
export function requestsQuery(target: MetricTarget, window: number): string {
  return sumOnce(increase(metricNames.answers, target, window), answerLabels);
}

/** A window's latency histogram, in milliseconds. */
export function latencyQuery(target: MetricTarget, window: number): string {
  return sumOnce(increase(metricNames.durations, target, window), ['le']);
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
  const pattern = quote(`(${services.join('|')})\\.${namespace}\\.svc\\..+`);
  const selector = `${metric}{reporter="source",destination_service=~${pattern}}`;
  const fresh = `(${selector} and (timestamp(${selector}) >= ${(since / 1000).toFixed(3)}))`;
  return `label_replace(${countOnce(fresh, metricLabels)},"instance","$1","${proxyLabel}","(.*)")`;
}

function increase(metric: string, { service, version }: MetricTarget, window: number): string {
  const labels = [
    'reporter="source"',
    `destination_service=${quote(service)}`,
    ...(version === null ? [] : [`destination_version=${quote(version)}`]),
  ];
  return `increase(${metric}{${labels.join(',')}}[${formatDuration(window)}])`;
}

/** PromQL's strings are Go's, and JSON's escapes are among those. */
function quote(value: string): string {
  return JSON.stringify(value);
}
