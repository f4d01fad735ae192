import { describe, expect, it } from '@jest/globals';
import {
  gatewayFilter,
  loopbackDefaults,
  podSidecar,
  workloadEntry,
} from '../../../../lab/node/mesh/objects.ts';
import { container, reviewsPod } from '../support/fixtures.ts';

const selector = { labels: { 'lab.sluice.dev/pod': 'reviews-v1-5d8f-x2k' } };

describe('the objects of a pod', () => {
  it('belong to it, so that they go with it', () => {
    for (const make of [workloadEntry, podSidecar, gatewayFilter]) {
      expect(make(reviewsPod(), '127.3.1.7').metadata).toEqual({
        name: 'reviews-v1-5d8f-x2k-lab',
        namespace: 'default',
        ownerReferences: [{ apiVersion: 'v1', kind: 'Pod', name: 'reviews-v1-5d8f-x2k', uid: 'uid-1' }],
      });
    }
  });

  it('make it a destination with its labels, without mTLS, and its named ports', () => {
    const ports = [{ name: 'http', containerPort: 9080 }, { containerPort: 9999 }];
    const containers = [
      container({ ports }),
      container({ name: 'istio-proxy', ports: [{ name: 'http-envoy-prom', containerPort: 15090 }] }),
    ];
    expect(workloadEntry(reviewsPod({ containers, serviceAccountName: 'own' }), '127.3.1.7').spec).toEqual({
      address: '127.3.1.7',
      labels: { app: 'reviews', version: 'v1', 'pod-template-hash': '5d8f' },
      ports: { http: 9080 },
      serviceAccount: 'own',
    });
  });

  it('give its sidecar a listener of its own', () => {
    expect(podSidecar(reviewsPod(), '127.3.1.7').spec).toMatchObject({
      workloadSelector: selector,
      egress: [{ port: { number: 9080 }, bind: '127.3.65.7', captureMode: 'NONE', hosts: ['./*'] }],
    });
  });

  it('select by uid what has too long a name for a label', () => {
    const pod = reviewsPod();
    const long = { ...pod, metadata: { ...pod.metadata, name: 'x'.repeat(64) } };
    expect(podSidecar(long, '127.3.1.7').spec).toMatchObject({
      workloadSelector: { labels: { 'lab.sluice.dev/pod': 'uid-1' } },
    });
  });

  it("keep a gateway's listeners on its address", () => {
    const spec = JSON.stringify(gatewayFilter(reviewsPod(), '127.3.1.7').spec);
    expect(JSON.parse(spec)).toMatchObject({
      workloadSelector: selector,
      configPatches: [
        {
          applyTo: 'LISTENER',
          match: { context: 'GATEWAY' },
          patch: { operation: 'MERGE', value: { address: { socket_address: { address: '127.3.1.7' } } } },
        },
      ],
    });
  });
});

it('lets no proxy listen beyond loopback before its own objects are known', () => {
  const [sidecar, filter] = loopbackDefaults('127.3');
  expect(sidecar?.spec).toEqual({ egress: [{ hosts: ['~/*'] }] });
  expect(filter?.spec).toMatchObject({ priority: -10 });
  expect(JSON.stringify(filter?.spec)).toContain('"address":"127.3.0.1"');
  expect([sidecar, filter].map((object) => object?.metadata.namespace)).toEqual([
    'istio-system',
    'istio-system',
  ]);
});
