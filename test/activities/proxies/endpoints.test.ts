import { describe, expect, it } from '@jest/globals';
import { readEndpoints } from '../../../activities/proxies/endpoints.ts';

const name = 'outbound|9080|v2|reviews.default.svc.cluster.local';
/** Istio's own. */
const unlimited = {
  max_connections: 4294967295,
  max_pending_requests: 4294967295,
  max_requests: 4294967295,
  max_retries: 4294967295,
};
const healthy = { health_status: { eds_health_status: 'HEALTHY' } };

/** What Envoy's `clusters?format=json` says of one cluster. */
function read(hosts: object[], thresholds: object[] = [unlimited]) {
  const cluster = { name, added_via_api: true, host_statuses: hosts, circuit_breakers: { thresholds } };
  return readEndpoints(JSON.stringify({ cluster_statuses: [cluster] }))[0];
}

const gauge = (stat: string, value: number) => ({
  ...healthy,
  stats: [{ type: 'GAUGE', name: stat, value: String(value) }],
});

describe('the endpoints of a cluster', () => {
  it('are healthy unless Envoy says why it keeps requests away', () => {
    expect(read([healthy, healthy])).toMatchObject({ name, healthy: 2, isSaturated: false, requests: 0 });
    expect(
      read([{ health_status: { failed_outlier_check: true, eds_health_status: 'HEALTHY' } }]),
    ).toMatchObject({ healthy: 0 });
    expect(read([{ health_status: { eds_health_status: 'UNHEALTHY' } }])).toMatchObject({ healthy: 0 });
    expect(read([{ health_status: { eds_health_status: 'DRAINING' } }])).toMatchObject({ healthy: 0 });
    expect(read([])).toMatchObject({ healthy: 0 });
  });

  it.each([
    ['cx_active', { max_connections: 2 }],
    ['rq_pending_active', { max_pending_requests: 2 }],
    ['rq_active', { max_requests: 2 }],
  ])('are at the limit of the circuit breaker by all their %s', (stat, limit) => {
    const limits = [
      { max_connections: 9, max_pending_requests: 9, max_requests: 9, ...limit },
      { priority: 'HIGH', max_connections: 1 },
    ];
    expect(read([gauge(stat, 1)], limits)).toMatchObject({ isSaturated: false });
    expect(read([gauge(stat, 1), gauge(stat, 1)], limits)).toMatchObject({ isSaturated: true });
  });

  it('have a circuit breaker without a limit where Envoy tells of none that requests could reach', () => {
    expect(read([healthy])).toMatchObject({ isLimited: false });
    expect(read([healthy], [{ priority: 'HIGH', max_requests: 1 }, unlimited])).toMatchObject({
      isLimited: false,
    });
    expect(read([healthy], [])).toMatchObject({ isLimited: true });
  });

  it.each(Object.keys(unlimited))('have a circuit breaker with a limit by their %s', (limit) => {
    expect(read([healthy], [{ ...unlimited, [limit]: 1024 }])).toMatchObject({ isLimited: true });
    expect(read([healthy], [{ ...unlimited, [limit]: undefined }])).toMatchObject({ isLimited: true });
  });

  it('are not told where Envoy tells of none', () => {
    expect(readEndpoints('{}')).toEqual([]);
  });

  it('are refused where the answer is another', () => {
    expect(() => readEndpoints('no such path')).toThrow('no clusters of Envoy: Unexpected token');
    expect(() => readEndpoints('{"cluster_statuses":[5]}')).toThrow(
      'no clusters of Envoy: cluster_statuses.0',
    );
  });
});
