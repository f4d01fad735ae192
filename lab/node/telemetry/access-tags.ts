/**
 * What the Envoys of the lab note of each request, for Istio's metrics to be made of it: Istio's own filter is not in
 * upstream Envoy, its stats access logger is. Names of tags, and the access log operators that fill them.
 */
export const accessTags = {
  upstream_cluster: '%UPSTREAM_CLUSTER_RAW%',
  cluster_services: '%CLUSTER_METADATA(istio:services)%',
  upstream_workload: '%UPSTREAM_METADATA(istio:workload)%',
  authority: '%REQ(:AUTHORITY)%',
  content_type: '%REQ(CONTENT-TYPE)%',
  response_code: '%RESPONSE_CODE%',
  grpc_status: '%GRPC_STATUS_NUMBER%',
  response_flags: '%RESPONSE_FLAGS%',
  details: '%RESPONSE_CODE_DETAILS%',
} as const;

/** One request, or a bucket of them, as the access logger tags it. */
export type AccessTags = Readonly<Record<keyof typeof accessTags, string>>;

/** First part of the names of Istio's statistics inside of Envoy. */
export const statPrefix = 'istiocustom';

/** Istio's counter of requests. */
export const requestsMetric = 'istio_requests_total';

/** Istio's histogram of how long requests took, in milliseconds. */
export const durationMetric = 'istio_request_duration_milliseconds';

/** The access logger that counts requests under Istio's names, as an Envoy listener takes it. */
export const statsAccessLog = {
  name: 'envoy.access_loggers.stats',
  typed_config: {
    '@type': 'type.googleapis.com/envoy.extensions.access_loggers.stats.v3.Config',
    stat_prefix: statPrefix,
    counters: [{ stat: stat(requestsMetric), value_fixed: 1 }],
    histograms: [{ stat: stat(durationMetric), unit: 'Milliseconds', value_format: '%DURATION%' }],
  },
};

function stat(name: string): object {
  const tags = Object.entries(accessTags).map(([tag, value_format]) => ({ name: tag, value_format }));
  return { name, tags };
}
