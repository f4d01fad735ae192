/** A Prometheus relabelling rule, as its configuration spells it. */
export interface RelabelRule {
  readonly source_labels?: readonly string[];
  readonly separator?: string;
  readonly regex?: string;
  readonly target_label?: string;
  readonly replacement?: string;
  readonly action?: 'replace' | 'keep' | 'drop' | 'labeldrop' | 'labelkeep';
}

/** Port and path where a proxy of Istio's shows its statistics. */
const statisticsPort = 15090;
export const statisticsPath = '/stats/prometheus';

/**
 * Keeps one target a running pod with a proxy (an init container where it is a native sidecar), and says whose it is in
 * the labels that Istio's own metrics have.
 */
export const targetRules: readonly RelabelRule[] = [
  { source_labels: ['__meta_kubernetes_pod_container_name'], regex: 'istio-proxy', action: 'keep' },
  { source_labels: ['__meta_kubernetes_pod_phase'], regex: 'Succeeded|Failed', action: 'drop' },
  {
    source_labels: ['__meta_kubernetes_pod_ip'],
    regex: '(.+)',
    target_label: '__address__',
    replacement: `$1:${statisticsPort}`,
  },
  { source_labels: ['__meta_kubernetes_pod_name'], target_label: 'pod' },
  { source_labels: ['__meta_kubernetes_namespace'], target_label: 'source_workload_namespace' },
  { source_labels: ['__meta_kubernetes_pod_label_app'], target_label: 'source_app' },
  { source_labels: ['__meta_kubernetes_pod_label_version'], target_label: 'source_version' },
  { source_labels: ['__meta_kubernetes_pod_controller_name'], target_label: 'source_workload' },
  {
    // A Deployment's pods belong to a ReplicaSet, whose name ends in a hash that Istio does not show.
    source_labels: ['__meta_kubernetes_pod_controller_kind', '__meta_kubernetes_pod_controller_name'],
    regex: 'ReplicaSet;(.+)-[^-]+',
    target_label: 'source_workload',
  },
];

/** Istio's metric by Envoy's; nothing else is kept. */
const metricNames = {
  envoy_cluster_upstream_rq: 'istio_requests_total',
  envoy_cluster_upstream_rq_time_bucket: 'istio_request_duration_milliseconds_bucket',
  envoy_cluster_upstream_rq_time_sum: 'istio_request_duration_milliseconds_sum',
  envoy_cluster_upstream_rq_time_count: 'istio_request_duration_milliseconds_count',
};

/** Names of outbound clusters: `outbound|<port>|<subset, or nothing>|<host>`, by some settings with a `;` after it. */
const anyCluster = 'outbound\\|([0-9]+)\\|[^|]*\\|[^|;]+;?';
const clusterHost = 'outbound\\|[0-9]+\\|[^|]*\\|([^|;]+);?';
const clusterSubset = 'outbound\\|[0-9]+\\|([^|]+)\\|[^|;]+;?';
const clusterSubsetAndService = 'outbound\\|[0-9]+\\|([^|]+)\\|([^.|;]+)\\.[^|;]+;?';

/** The Service of a single version, where it is called as Istio's Bookinfo calls it: `reviews-v1`. */
const clusterOfVersion = 'outbound\\|[0-9]+\\|\\|([^.|;]+-(v[0-9]+))\\.[^|;]+;?';

/** Turns what Envoy counts for each upstream cluster into Istio's standard metrics, as the calling side reports them. */
export const metricRules: readonly RelabelRule[] = [
  { source_labels: ['__name__'], regex: Object.keys(metricNames).join('|'), action: 'keep' },
  ...Object.entries(metricNames).map(([regex, replacement]) => ({
    source_labels: ['__name__'],
    regex,
    target_label: '__name__',
    replacement,
  })),
  { source_labels: ['cluster_name'], regex: anyCluster, action: 'keep' },
  // Istio has no such label; it keeps two ports of one service from being the same series.
  fromCluster(anyCluster, 'destination_port'),
  fromCluster(clusterHost, 'destination_service'),
  constant('destination_version', 'unknown'),
  fromCluster(clusterSubset, 'destination_version'),
  fromCluster(clusterOfVersion, 'destination_version', '$2'),
  constant('destination_workload', 'unknown'),
  fromCluster(clusterSubsetAndService, 'destination_workload', '$2-$1'),
  fromCluster(clusterOfVersion, 'destination_workload', '$1'),
  fromService('(.+)', 'destination_service_name'),
  fromService('([^.]+)\\.[^.]+\\.svc\\..+', 'destination_service_name'),
  constant('destination_service_namespace', 'unknown'),
  fromService('[^.]+\\.([^.]+)\\.svc\\..+', 'destination_service_namespace'),
  { source_labels: ['destination_service_namespace'], target_label: 'destination_workload_namespace' },
  { source_labels: ['envoy_response_code'], regex: '(.+)', target_label: 'response_code' },
  constant('reporter', 'source'),
  constant('request_protocol', 'http'),
  { regex: 'cluster_name|envoy_.+', action: 'labeldrop' },
];

/** Asks a proxy for what the rules use and nothing more: rendering all of it each second costs more than serving requests. */
export const statisticsParameters: Readonly<Record<string, readonly string[]>> = {
  usedonly: [''],
  filter: ['^cluster[.]outbound[|].*;[.]upstream_rq_(time|[0-9]+)$'],
};

function constant(target_label: string, replacement: string): RelabelRule {
  return { target_label, replacement };
}

function fromCluster(regex: string, target_label: string, replacement = '$1'): RelabelRule {
  return { source_labels: ['cluster_name'], regex, target_label, replacement };
}

function fromService(regex: string, target_label: string): RelabelRule {
  return { source_labels: ['destination_service'], regex, target_label };
}
