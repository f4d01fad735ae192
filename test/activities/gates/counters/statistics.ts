/** What a proxy answers when it is asked for its statistics. */

const envoyCluster = (subset: string, host = 'reviews') =>
  `cluster_name="outbound|9080|${subset}|${host}.default.svc.cluster.local",envoy_cluster_name="outbound|9080|${subset}|${host}"`;

/** Envoy's own counter, and histogram, of requests to a subset. */
export function envoyAnswers(subset: string, codes: Readonly<Record<string, number>>, host?: string): string {
  const lines = Object.entries(codes).map(
    ([code, count]) =>
      `envoy_cluster_upstream_rq{envoy_response_code="${code}",${envoyCluster(subset, host)}} ${count}\n`,
  );
  return `# TYPE envoy_cluster_upstream_rq counter\n${lines.join('')}`;
}

export function envoyDurations(subset: string, buckets: Readonly<Record<string, number>>): string {
  const lines = Object.entries(buckets).map(
    ([le, count]) => `envoy_cluster_upstream_rq_time_bucket{${envoyCluster(subset)},le="${le}"} ${count}\n`,
  );
  return `# TYPE envoy_cluster_upstream_rq_time histogram\n${lines.join('')}`;
}

/** Istio's counter of requests, with the labels that matter; `change` adds to them or replaces them. */
export function istioAnswers(version: string, count: number, change: Record<string, string> = {}): string {
  return `istio_requests_total{${istioLabels(version, change)}} ${count}\n`;
}

export function istioDurations(version: string, buckets: Readonly<Record<string, number>>): string {
  return Object.entries(buckets)
    .map(
      ([le, count]) =>
        `istio_request_duration_milliseconds_bucket{${istioLabels(version)},le="${le}"} ${count}\n`,
    )
    .join('');
}

function istioLabels(version: string, change: Record<string, string> = {}): string {
  const labels = {
    reporter: 'source',
    source_workload: 'productpage-v1',
    destination_workload: `reviews-${version}`,
    destination_version: version,
    destination_service: 'reviews.default.svc.cluster.local',
    destination_canonical_service: 'reviews',
    destination_canonical_revision: version,
    response_code: '200',
    response_flags: '-',
    ...change,
  };
  return Object.entries(labels)
    .map(([name, value]) => `${name}="${value}"`)
    .join(',');
}
