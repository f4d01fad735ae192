import { describe, expect, it } from '@jest/globals';
import { gatewayAddress } from '../../../activities/application/gateway-address.ts';
import type { KubeObject } from '../../../activities/kubernetes/index.ts';
import { FakeCluster } from '../support/fake-cluster.ts';

const ref = {
  apiVersion: 'gateway.networking.k8s.io/v1',
  kind: 'Gateway',
  name: 'bookinfo-gateway',
  namespace: 'shop',
};

function gateway(addresses: object[], conditions: object[] = []): KubeObject {
  const { apiVersion, kind, ...metadata } = ref;
  const listeners = [{ name: 'http', port: 8080, protocol: 'HTTP' }];
  return { apiVersion, kind, metadata, spec: { listeners }, status: { addresses, conditions } } as KubeObject;
}

/** The Service that a Gateway got, with addresses of its load balancer. */
function deployed(...balancers: object[]): KubeObject {
  const labels = { 'gateway.networking.k8s.io/gateway-name': ref.name };
  const ports = [{ name: 'http', port: 8080, nodePort: 30080 }];
  const metadata = { name: 'bookinfo-gateway-istio', namespace: 'shop', labels };
  const status = { loadBalancer: { ingress: balancers } };
  return { apiVersion: 'v1', kind: 'Service', metadata, spec: { ports }, status } as KubeObject;
}

const node: KubeObject = {
  apiVersion: 'v1',
  kind: 'Node',
  metadata: { name: 'a' },
  status: { addresses: [{ type: 'InternalIP', address: '10.0.0.5' }] },
} as KubeObject;

const ip = { type: 'IPAddress', value: '192.0.2.1' };
const hostname = { type: 'Hostname', value: 'lb.example' };

describe('the address of a Gateway', () => {
  const inside = { type: 'Hostname', value: 'bookinfo-gateway-istio.shop.svc.cluster.local' };

  it.each<[string, KubeObject[], string]>([
    [
      'the host name of the load balancer that was made for it',
      [gateway([ip]), deployed({ ip: '192.0.2.2', hostname: 'lb.example' })],
      'http://lb.example:8080',
    ],
    ['the IP of that', [gateway([inside]), deployed({ ip: '192.0.2.2' }), node], 'http://192.0.2.2:8080'],
    ['a node and the port there', [gateway([inside]), deployed(), node], 'http://10.0.0.5:30080'],
    ['where nothing was, a host name of its own', [gateway([ip, hostname]), node], 'http://lb.example:8080'],
    ['an IP of its own', [gateway([ip])], 'http://192.0.2.1:8080'],
    ['an IP by an address without a type', [gateway([{ value: '192.0.2.1' }])], 'http://192.0.2.1:8080'],
  ])('is %s', async (_, objects, url) => {
    await expect(gatewayAddress(new FakeCluster(...objects), ref)).resolves.toEqual({ url, lack: null });
  });

  it('is missing, with why the Gateway has none', async () => {
    await expect(gatewayAddress(new FakeCluster(), ref)).resolves.toEqual({
      missing: 'there is no Gateway shop/bookinfo-gateway for HTTP',
    });
    const waiting = {
      type: 'Programmed',
      status: 'False',
      reason: 'AddressNotAssigned',
      message: 'no address',
    };
    await expect(gatewayAddress(new FakeCluster(gateway([], [waiting])), ref)).resolves.toEqual({
      missing: 'Gateway shop/bookinfo-gateway has no address yet: AddressNotAssigned, no address',
    });
  });
});
