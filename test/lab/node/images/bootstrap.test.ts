import { describe, expect, it } from '@jest/globals';
import { bootstrap } from '../../../../lab/node/images/bootstrap.ts';
import { container, context } from '../support/fixtures.ts';

interface Bootstrap {
  node: { id: string; cluster: string; metadata: Record<string, unknown> };
  static_resources: { listeners: { address: { socket_address: { port_value: number } } }[] };
}

function made(args: string[], image = 'istio/proxyv2:1.30.2', env: Record<string, string> = {}): Bootstrap {
  return bootstrap(context({ container: container({ image, args }), env })) as Bootstrap;
}

describe('the start-up configuration of a proxy', () => {
  it('says who it is', () => {
    expect(made(['proxy', 'sidecar']).node).toMatchObject({
      id: 'sidecar~127.3.1.7~reviews-v1-5d8f-x2k.default~default.svc.cluster.local',
      cluster: 'reviews-v1.default',
    });
    expect(made(['proxy', 'router']).node.id).toMatch(/^router~/);
  });

  it('carries the label that its own objects select, where istiod keeps it', () => {
    const { metadata } = made(['proxy', 'sidecar']).node;
    const own = { 'lab.sluice.dev/pod': 'reviews-v1-5d8f-x2k' };
    expect(metadata.STATIC_LABELS).toEqual(own);
    expect(metadata.LABELS).toMatchObject({ ...own, app: 'reviews' });
  });

  it('hands on what injection says and the version of the image', () => {
    const env = { ISTIO_META_POD_PORTS: '[]', ISTIO_META_INTERCEPTION_MODE: 'REDIRECT', OTHER: 'x' };
    const { metadata } = made(['proxy', 'sidecar'], undefined, env).node;
    expect(metadata).toMatchObject({ POD_PORTS: '[]', INTERCEPTION_MODE: 'NONE', ISTIO_VERSION: '1.30.2' });
    expect(metadata).not.toHaveProperty('OTHER');
    expect(made([], 'istio/proxyv2:latest').node.metadata.ISTIO_VERSION).toBe('1.31.0');
  });

  it('binds nothing but the address of the pod', () => {
    const text = JSON.stringify(made(['proxy', 'router']));
    const addresses = [...text.matchAll(/"address":"([^"]+)"/g)].map(([, address]) => address);
    expect(new Set(addresses)).toEqual(new Set(['127.3.1.7', '127.3.0.1']));
    const ports = made([]).static_resources.listeners.map(({ address }) => address.socket_address.port_value);
    expect(ports).toEqual([15021, 15090, 15020]);
  });
});
