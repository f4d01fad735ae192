/** What a proxy answers when it is asked for its statistics. */

/** Istio's counter of answers to requests of a version, by code. */
export function answersOf(
  version: string,
  codes: Readonly<Record<string, number>>,
  host = 'reviews',
): string {
  return Object.entries(codes)
    .map(([code, count]) =>
      istioAnswers(version, count, { response_code: code, ...hostLabels(host, version) }),
    )
    .join('');
}

/** Istio's histogram of requests of a version. */
export function durationsOf(version: string, buckets: Readonly<Record<string, number>>): string {
  return istioDurations(version, buckets);
}

function hostLabels(host: string, version: string) {
  return {
    destination_workload: `${host}-${version}`,
    destination_service: `${host}.default.svc.cluster.local`,
    destination_canonical_service: host,
  };
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
