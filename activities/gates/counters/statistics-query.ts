/** What is asked of a proxy's statistics. */
export interface StatisticsQuestion {
  readonly namespace: string;
  /** Services. */
  readonly hosts: readonly string[];
  /** Histograms are most of an answer: without a gate that needs them they are not asked for. */
  readonly durations: boolean;
}

/**
 * Path and query for the counters of services in Prometheus' format. Envoy filters by its own names of statistics, not
 * by those of the answer (envoyproxy/envoy#10927): `istiocustom.istio_requests_total.reporter.source.….
 * destination_service.reviews.default.svc.cluster.local.…`; of a request that led to no cluster it is the name that the
 * request gave, `….destination_service.reviews:9080.…`.
 */
export function statisticsQuery({ namespace, hosts, durations }: StatisticsQuestion): string {
  const metrics = durations ? '(requests_total|request_duration_milliseconds)' : 'requests_total';
  const whole = `[.]${namespace}[.]svc[.]`;
  const asGiven = `([.]${namespace})?(:[0-9]+)?[.]destination_canonical_service`;
  const service = `(${hosts.join('|')})(${whole}|${asGiven})`;
  const filter = `istio_${metrics}[.].*reporter[.]source[.].*destination_service[.]${service}`;
  return `stats/prometheus?usedonly&filter=${encodeURIComponent(filter)}`;
}
