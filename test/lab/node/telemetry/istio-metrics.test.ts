import { describe, expect, it } from '@jest/globals';
import { istioMetrics } from '../../../../lab/node/telemetry/istio-metrics.ts';
import type { Reporter } from '../../../../lab/node/telemetry/istio-labels.ts';
import { identityOf, type WorkloadIdentity } from '../../../../lab/node/telemetry/workload-identity.ts';
import { reviewsPod } from '../support/fixtures.ts';

const reviews = identityOf(reviewsPod());
const caller: WorkloadIdentity = {
  workload: 'productpage-v1',
  namespace: 'default',
  app: 'productpage',
  version: 'v1',
  canonicalService: 'productpage',
  canonicalRevision: 'v1',
};
const sidecar: Reporter = { identity: caller, isGateway: false };
const find = (namespace: string, workload: string) =>
  `${namespace}/${workload}` === 'default/reviews-v1-5d8f-x2k-lab' ? reviews : undefined;

const services = String.raw`[{\"host\":\"reviews.default.svc.cluster.local\",\"name\":\"reviews\",\"namespace\":\"default\"}]`;

/** A request as the access logger of an Envoy tags it; `change` is what differs from one that was answered with 200. */
function logged(count: number, change: Record<string, string> = {}): string {
  const tags = {
    upstream_cluster: 'outbound|9080|v1|reviews.default.svc.cluster.local;',
    cluster_services: services,
    upstream_workload: 'reviews-v1-5d8f-x2k-lab;default;reviews;v1;Kubernetes',
    authority: 'reviews:9080',
    content_type: '',
    response_code: '200',
    grpc_status: '',
    response_flags: '-',
    details: 'via_upstream',
    ...change,
  };
  const labels = Object.entries(tags).map(([name, value]) => `${name}="${value}"`);
  return `envoy_istiocustom_istio_requests_total{${labels.join(',')}} ${count}`;
}

function labelsIn(line = ''): Record<string, string> {
  const labels = [...line.matchAll(/(\w+)="([^"]*)"/g)];
  return Object.fromEntries(labels.map(([, name = '', value = '']) => [name, value]));
}

const labelsOf = (change: Record<string, string>, reporter = sidecar) =>
  labelsIn(istioMetrics(logged(1, change), reporter, find).split('\n')[1]);

describe('a request that was answered', () => {
  it('has exactly the labels of Istio, in its order', () => {
    expect(istioMetrics(logged(3), sidecar, find).split('\n')).toEqual([
      '# TYPE istio_requests_total counter',
      'istio_requests_total{reporter="source",source_workload="productpage-v1",source_canonical_service="productpage",' +
        'source_canonical_revision="v1",source_workload_namespace="default",source_principal="unknown",' +
        'source_app="productpage",source_version="v1",source_cluster="Kubernetes",destination_workload="reviews-v1",' +
        'destination_workload_namespace="default",destination_principal="unknown",destination_app="reviews",' +
        'destination_version="v1",destination_service="reviews.default.svc.cluster.local",' +
        'destination_canonical_service="reviews",destination_canonical_revision="v1",destination_service_name="reviews",' +
        'destination_service_namespace="default",destination_cluster="Kubernetes",request_protocol="http",' +
        'response_code="200",grpc_response_status="",response_flags="-",connection_security_policy="unknown"} 3',
    ]);
  });

  it('tells how a gRPC call ended', () => {
    const call = { content_type: 'application/grpc+proto', grpc_status: '13' };
    expect(labelsOf(call)).toMatchObject({ request_protocol: 'grpc', grpc_response_status: '13' });
  });

  it('still knows its version when the caller goes away in the middle of the answer', () => {
    const cut = { response_flags: 'DC', details: 'downstream_remote_disconnect' };
    expect(labelsOf(cut)).toMatchObject({ destination_version: 'v1', response_flags: 'DC' });
  });
});

const noEndpoint = { upstream_workload: '' };
const service = { destination_service: 'reviews.default.svc.cluster.local' };
const nothingKnown = {
  destination_workload: 'unknown',
  destination_version: 'unknown',
  destination_canonical_service: 'unknown',
  destination_canonical_revision: 'latest',
};
const endpointKnown = {
  ...nothingKnown,
  destination_canonical_service: 'reviews',
  destination_canonical_revision: 'v1',
};

describe('a request without an answer', () => {
  it.each([
    ['UO', '503', { ...noEndpoint, details: 'overflow' }, { ...service, ...nothingKnown }],
    ['UH', '503', { ...noEndpoint, details: 'no_healthy_upstream' }, { ...service, ...nothingKnown }],
    [
      'UF',
      '503',
      { details: 'upstream_reset_before_response_started{remote}' },
      { ...service, ...endpointKnown },
    ],
    ['UT', '504', { details: 'response_timeout' }, { ...service, ...endpointKnown }],
    ['DC', '0', { details: 'downstream_remote_disconnect' }, { ...service, ...endpointKnown }],
    [
      'NC',
      '503',
      { ...noEndpoint, cluster_services: '', upstream_cluster: '', details: 'cluster_not_found' },
      { ...nothingKnown, destination_service: 'reviews:9080' },
    ],
  ])('ended by %s has Istio’s unknowns', (flag, code, change, expected) => {
    const labels = labelsOf({ response_flags: flag, response_code: code, ...change });
    expect(labels).toMatchObject({ ...expected, response_flags: flag, response_code: code });
  });

  it('at a gateway has no service where no cluster was chosen', () => {
    const change = {
      ...noEndpoint,
      cluster_services: '',
      response_flags: 'NC',
      details: 'cluster_not_found',
    };
    expect(labelsOf(change, { identity: caller, isGateway: true })).toMatchObject({
      destination_service: 'unknown',
    });
  });
});

describe('series of one meaning', () => {
  it('are one', () => {
    const text = [logged(2, { content_type: 'text/html' }), logged(3)].join('\n');
    expect(istioMetrics(text, sidecar, find)).toMatch(/} 5$/);
  });

  it('are filtered by their names inside of an istio-proxy', () => {
    const ask = (filter: string) => istioMetrics(logged(1), sidecar, find, new RegExp(filter));
    expect(ask('istio_requests_total[.].*destination_service[.]reviews[.]default')).toContain('} 1');
    expect(ask('istio_requests_total[.].*destination_service[.]ratings[.]default')).toBe('');
  });

  it('keep the bounds of a histogram', () => {
    const line = logged(4).replace('requests_total{', 'request_duration_milliseconds_bucket{le="500",');
    const text = istioMetrics(line, sidecar, find);
    expect(text).toContain('# TYPE istio_request_duration_milliseconds histogram');
    expect(labelsIn(text.split('\n')[1])).toMatchObject({ le: '500', destination_version: 'v1' });
  });

  it('leave other metrics as they are', () => {
    expect(istioMetrics('envoy_server_uptime{} 7', sidecar, find)).toBe('envoy_server_uptime{} 7');
  });
});
