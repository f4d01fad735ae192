/** What is asked of a proxy's statistics. */
export interface StatisticsQuestion {
  readonly namespace: string;
  readonly hosts: readonly string[];
  /** Histograms are most of an answer: without a gate that needs them they are not asked for. */
  readonly durations: boolean;
}

/**
 * Path and query for the counters of services in Prometheus' format. Envoy filters by its own names of statistics, not
 * by those of the answer (envoyproxy/envoy#10927): `istiocustom.istio_requests_total.reporter.source.….
 * destination_service.reviews.default.svc.cluster.local.…` of Istio's metrics, and
 * `cluster.outbound|9080|v1|reviews.default.svc.cluster.local;.upstream_rq_200` of its own.
 */
export function statisticsQuery({ namespace, hosts, durations }: StatisticsQuestion): string {
  const services = `(${hosts.join('|')})[.]${namespace}[.]svc[.]`;
  const istio = `istio_(requests_total${durations ? '|request_duration_milliseconds' : ''})[.].*reporter[.]source[.].*destination_service[.]${services}`;
  const envoy = `^cluster[.]outbound[|][0-9]+[|][^|]+[|]${services}[^|;]*;?[.]upstream_rq_([0-9]+${durations ? '|time' : ''})$`;
  return `stats/prometheus?usedonly&filter=${encodeURIComponent(`${istio}|${envoy}`)}`;
}
