/** What is asked of a proxy's statistics. */
export interface StatisticsQuestion {
  readonly namespace: string;
  /** Services. */
  readonly hosts: readonly string[];
  /** Whether requests go to them as a whole, and not to subsets of them. */
  readonly whole?: boolean;
  /** Histograms are most of an answer: without a gate that needs them they are not asked for. */
  readonly durations: boolean;
}

/**
 * Path and query for the counters of services in Prometheus' format. Envoy filters by its own names of statistics, not
 * by those of the answer (envoyproxy/envoy#10927): `istiocustom.istio_requests_total.reporter.source.….
 * destination_service.reviews.default.svc.cluster.local.…` of Istio's metrics, and
 * `cluster.outbound|9080|v1|reviews.default.svc.cluster.local;.upstream_rq_200` of its own.
 */
export function statisticsQuery({ namespace, hosts, durations, whole = false }: StatisticsQuestion): string {
  const subset = whole ? '' : '[^|]+';
  const services = `(${hosts.join('|')})[.]${namespace}[.]svc[.]`;
  const istio = `istio_(requests_total${durations ? '|request_duration_milliseconds' : ''})[.].*reporter[.]source[.].*destination_service[.]${services}`;
  const envoy = `^cluster[.]outbound[|][0-9]+[|]${subset}[|]${services}[^|;]*;?[.]upstream_rq_([0-9]+${durations ? '|time' : ''})$`;
  return `stats/prometheus?usedonly&filter=${encodeURIComponent(`${istio}|${envoy}`)}`;
}
