import { describe, expect, it } from '@jest/globals';
import { metricRules, statisticsParameters, targetRules } from '../../../lab/prometheus/relabel.ts';
import { relabel } from './relabel.ts';

const requests = (cluster: string, more: Record<string, string> = {}) =>
  relabel(metricRules, {
    __name__: 'envoy_cluster_upstream_rq',
    cluster_name: cluster,
    envoy_cluster_name: 'outbound|9080|v2|reviews',
    envoy_response_code: '503',
    source_workload: 'productpage-v1',
    ...more,
  });

describe('what Envoy counts', () => {
  it('becomes Istio’s metric with Istio’s labels', () => {
    expect(requests('outbound|9080|v2|reviews.default.svc.cluster.local')).toEqual({
      __name__: 'istio_requests_total',
      reporter: 'source',
      request_protocol: 'http',
      response_code: '503',
      source_workload: 'productpage-v1',
      destination_port: '9080',
      destination_service: 'reviews.default.svc.cluster.local',
      destination_service_name: 'reviews',
      destination_service_namespace: 'default',
      destination_version: 'v2',
      destination_workload: 'reviews-v2',
      destination_workload_namespace: 'default',
    });
  });

  it('has the version of a Service that has just one, as Istio’s has it by the called pod', () => {
    expect(requests('outbound|9080||reviews-v2.default.svc.cluster.local')).toMatchObject({
      destination_service: 'reviews-v2.default.svc.cluster.local',
      destination_service_name: 'reviews-v2',
      destination_version: 'v2',
      destination_workload: 'reviews-v2',
    });
  });

  it('has an unknown version where a route names no subset', () => {
    expect(requests('outbound|9080||reviews.default.svc.cluster.local')).toMatchObject({
      destination_service: 'reviews.default.svc.cluster.local',
      destination_version: 'unknown',
      destination_workload: 'unknown',
    });
  });

  it('is the same whether the name of the cluster ends in a semicolon or not', () => {
    const name = 'outbound|9080|v2|reviews.default.svc.cluster.local';
    expect(requests(`${name};`)).toEqual(requests(name));
  });

  it('names a service outside the cluster whole', () => {
    expect(requests('outbound|443||api.example.com')).toMatchObject({
      destination_service: 'api.example.com',
      destination_service_name: 'api.example.com',
      destination_service_namespace: 'unknown',
    });
  });

  it.each(['bucket', 'sum', 'count'])('becomes the durations’ %s, the bounds as they are', (part) => {
    const labels = relabel(metricRules, {
      __name__: `envoy_cluster_upstream_rq_time_${part}`,
      cluster_name: 'outbound|9080|v1|reviews.default.svc.cluster.local',
      le: '500',
    });
    expect(labels).toMatchObject({ __name__: `istio_request_duration_milliseconds_${part}`, le: '500' });
    expect(labels).not.toHaveProperty('response_code');
  });

  it.each([
    ['inbound requests', { __name__: 'envoy_cluster_upstream_rq', cluster_name: 'inbound|9080||' }],
    [
      'other counters',
      { __name__: 'envoy_cluster_upstream_cx_total', cluster_name: 'outbound|9080|v1|a.b.svc.c' },
    ],
    ['the proxy’s own clusters', { __name__: 'envoy_cluster_upstream_rq', envoy_cluster_name: 'admin' }],
  ])('leaves out %s', (_, labels) => {
    expect(relabel(metricRules, labels)).toBeUndefined();
  });
});

describe('what a proxy is asked for', () => {
  const filter = new RegExp(statisticsParameters.filter?.[0] ?? '');
  const cluster = 'cluster.outbound|9080|v2|reviews.default.svc.cluster.local;';

  it.each(['upstream_rq_200', 'upstream_rq_503', 'upstream_rq_time'])(
    'is %s of outbound clusters',
    (name) => {
      expect(`${cluster}.${name}`).toMatch(filter);
      expect(`cluster.inbound|9080||;.${name}`).not.toMatch(filter);
    },
  );

  it.each(['upstream_rq_5xx', 'upstream_rq_total', 'external.upstream_rq_200', 'retry.upstream_rq_503'])(
    'is not %s, which would count a request twice or not at all',
    (name) => {
      expect(`${cluster}.${name}`).not.toMatch(filter);
    },
  );
});

const target = (more: Record<string, string> = {}) =>
  relabel(targetRules, {
    __address__: '127.63.1.1:9080',
    __meta_kubernetes_namespace: 'default',
    __meta_kubernetes_pod_container_name: 'istio-proxy',
    __meta_kubernetes_pod_controller_kind: 'ReplicaSet',
    __meta_kubernetes_pod_controller_name: 'reviews-v1-6d7cf6bc6c',
    __meta_kubernetes_pod_ip: '127.63.1.1',
    __meta_kubernetes_pod_label_app: 'reviews',
    __meta_kubernetes_pod_label_version: 'v1',
    __meta_kubernetes_pod_name: 'reviews-v1-6d7cf6bc6c-abcde',
    __meta_kubernetes_pod_phase: 'Running',
    ...more,
  });

describe('a pod with a proxy', () => {
  it('is scraped at the proxy’s port and named as Istio names the calling workload', () => {
    expect(target()).toMatchObject({
      __address__: '127.63.1.1:15090',
      source_app: 'reviews',
      source_version: 'v1',
      source_workload: 'reviews-v1',
      source_workload_namespace: 'default',
      pod: 'reviews-v1-6d7cf6bc6c-abcde',
    });
  });

  it('is named by its controller where that is no ReplicaSet', () => {
    const controller = {
      __meta_kubernetes_pod_controller_kind: 'StatefulSet',
      __meta_kubernetes_pod_controller_name: 'db-main',
    };
    expect(target(controller)).toMatchObject({ source_workload: 'db-main' });
  });

  it.each([
    { __meta_kubernetes_pod_container_name: 'reviews' },
    { __meta_kubernetes_pod_phase: 'Succeeded' },
    { __meta_kubernetes_pod_phase: 'Failed' },
  ])('is no target with %j', (labels) => {
    expect(target(labels)).toBeUndefined();
  });
});
