import { describe, expect, it } from '@jest/globals';
import { istioMetricsOnly, targetRules } from '../../../lab/prometheus/relabel.ts';
import { relabel } from './relabel.ts';

const target = {
  __address__: '127.3.1.7:9080',
  __meta_kubernetes_pod_container_name: 'istio-proxy',
  __meta_kubernetes_pod_phase: 'Running',
  __meta_kubernetes_pod_ip: '127.3.1.7',
  __meta_kubernetes_pod_name: 'productpage-v1-x',
  __meta_kubernetes_namespace: 'default',
  __meta_kubernetes_pod_label_app: 'productpage',
};

describe('what the lab’s Prometheus scrapes', () => {
  it('is the proxy of each pod, named by its pod, namespace and labels', () => {
    expect(relabel(targetRules, target)).toMatchObject({
      __address__: '127.3.1.7:15090',
      pod: 'productpage-v1-x',
      namespace: 'default',
      app: 'productpage',
    });
  });

  it.each([
    ['a container that is no proxy', { __meta_kubernetes_pod_container_name: 'reviews' }],
    ['a pod that ended well', { __meta_kubernetes_pod_phase: 'Succeeded' }],
    ['a pod that failed', { __meta_kubernetes_pod_phase: 'Failed' }],
  ])('is not %s', (_, change) => {
    expect(relabel(targetRules, { ...target, ...change })).toBeUndefined();
  });

  it.each([
    ['istio_requests_total', true],
    ['istio_request_duration_milliseconds_bucket', true],
    ['envoy_server_uptime', false],
  ])('keeps %s: %s', (name, isKept) => {
    expect(relabel([istioMetricsOnly], { __name__: name }) !== undefined).toBe(isKept);
  });
});
