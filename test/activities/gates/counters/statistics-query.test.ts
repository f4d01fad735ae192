import { describe, expect, it } from '@jest/globals';
import { statisticsQuery } from '../../../../activities/gates/counters/statistics-query.ts';

function matches(durations: boolean) {
  const query = statisticsQuery({ namespace: 'default', hosts: ['reviews', 'ratings'], durations });
  const { searchParams } = new URL(query, 'http://localhost');
  const filter = new RegExp(searchParams.get('filter') ?? '');
  return (name: string) => filter.test(name);
}

const istio = (metric: string, reporter = 'source', service = 'reviews.default.svc.cluster.local') =>
  `istiocustom.${metric}.reporter.${reporter}.source_workload.productpage-v1.source_principal.spiffe://cluster.local/ns/default/sa/x.destination_workload.reviews-v1.destination_version.v1.destination_service.${service}.destination_canonical_service.reviews.request_protocol.http.response_code.200.response_flags.-`;

describe("the filter of a proxy's statistics", () => {
  it.each([
    istio('istio_requests_total'),
    istio('istio_requests_total', 'source', 'ratings.default.svc.cluster.local'),
    istio('istio_requests_total', 'source', 'reviews.default.svc.example.org'),
    istio('istio_requests_total', 'source', 'reviews:9080'),
    istio('istio_requests_total', 'source', 'reviews'),
    istio('istio_requests_total', 'source', 'reviews.default:9080'),
  ])('lets through %s', (name) => expect(matches(false)(name)).toBe(true));

  it.each([
    istio('istio_requests_total', 'destination'),
    istio('istio_requests_total', 'source', 'reviews.other.svc.cluster.local'),
    istio('istio_requests_total', 'source', 'myreviews.default.svc.cluster.local'),
    istio('istio_requests_total', 'source', 'reviews.other:9080'),
    istio('istio_request_bytes'),
    istio('istio_request_duration_milliseconds'),
    'cluster.outbound|9080|v1|reviews.default.svc.cluster.local;.upstream_rq_200',
  ])('keeps out %s', (name) => expect(matches(false)(name)).toBe(false));

  it.each([istio('istio_request_duration_milliseconds'), istio('istio_requests_total')])(
    'lets through, where histograms are wanted, %s',
    (name) => expect(matches(true)(name)).toBe(true),
  );
});
