import { describe, expect, it } from '@jest/globals';
import { statisticsQuery } from '../../../../activities/gates/counters/statistics-query.ts';

function matches(durations: boolean, whole = false) {
  const query = statisticsQuery({ namespace: 'default', hosts: ['reviews', 'ratings'], durations, whole });
  const { searchParams } = new URL(query, 'http://localhost');
  const filter = new RegExp(searchParams.get('filter') ?? '');
  return (name: string) => filter.test(name);
}

const istio = (metric: string, reporter = 'source', host = 'reviews.default') =>
  `istiocustom.${metric}.reporter.${reporter}.source_workload.productpage-v1.source_principal.spiffe://cluster.local/ns/default/sa/x.destination_workload.reviews-v1.destination_version.v1.destination_service.${host}.svc.cluster.local.destination_canonical_service.reviews.request_protocol.http.response_code.200.response_flags.-`;

describe("the filter of a proxy's statistics", () => {
  it.each([
    istio('istio_requests_total'),
    istio('istio_requests_total', 'source', 'ratings.default'),
    'cluster.outbound|9080|v1|reviews.default.svc.cluster.local;.upstream_rq_200',
    'cluster.outbound|9080|v1|reviews.default.svc.example.org.upstream_rq_503',
  ])('lets through %s', (name) => expect(matches(false)(name)).toBe(true));

  it.each([
    istio('istio_requests_total', 'destination'),
    istio('istio_requests_total', 'source', 'reviews.other'),
    istio('istio_requests_total', 'source', 'myreviews.default'),
    istio('istio_request_bytes'),
    istio('istio_request_duration_milliseconds'),
    'cluster.outbound|9080||reviews.default.svc.cluster.local;.upstream_rq_200',
    'cluster.outbound|9080|v1|details.default.svc.cluster.local;.upstream_rq_200',
    'cluster.outbound|9080|v1|reviews.default.svc.cluster.local;.upstream_rq_2xx',
    'cluster.outbound|9080|v1|reviews.default.svc.cluster.local;.upstream_rq_time',
    'cluster.outbound|9080|v1|reviews.default.svc.cluster.local;.external.upstream_rq_200',
    'cluster.outbound|9080|v1|reviews.default.svc.cluster.local;.retry.upstream_rq_503',
  ])('keeps out %s', (name) => expect(matches(false)(name)).toBe(false));

  it.each([
    istio('istio_request_duration_milliseconds'),
    istio('istio_requests_total'),
    'cluster.outbound|9080|v1|reviews.default.svc.cluster.local;.upstream_rq_time',
  ])('lets through, where histograms are wanted, %s', (name) => expect(matches(true)(name)).toBe(true));

  it('lets through Services as a whole where requests go to these, and no subsets of them', () => {
    const lets = matches(false, true);
    expect(lets('cluster.outbound|9080||reviews.default.svc.cluster.local;.upstream_rq_200')).toBe(true);
    expect(lets('cluster.outbound|9080|v1|reviews.default.svc.cluster.local;.upstream_rq_200')).toBe(false);
    expect(lets(istio('istio_requests_total'))).toBe(true);
  });
});
