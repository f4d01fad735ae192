import {
  Gateway,
  VirtualService,
  type IGateway,
  type IVirtualService,
} from '@kubernetes-models/istio/networking.istio.io/v1';
import type { V1Deployment, V1Service, V1ServiceAccount } from '@kubernetes/client-node';
import { describe, expect, it } from '@jest/globals';
import { bundleChecks } from '../../domain/bundles.ts';
import { bundle } from '../../manifests/bundles.ts';

const bookinfo = bundle('bookinfo');
const objects = bookinfo.objects('shop');
const ofKind = <T>(kind: string) => objects.filter((object) => object.kind === kind) as unknown as T[];
const deployments = ofKind<V1Deployment>('Deployment');
const services = ofKind<V1Service>('Service');

describe('bundle bookinfo', () => {
  it('has the four services of the sample, on a port that Istio takes for HTTP', () => {
    expect(services.map(({ metadata }) => metadata?.name).sort()).toEqual([...bookinfo.hosts].sort());
    expect([...bookinfo.hosts].sort()).toEqual(['details', 'productpage', 'ratings', 'reviews']);
    for (const { spec } of services) expect(spec?.ports).toEqual([{ name: 'http', port: 9080 }]);
  });

  it('has the six Deployments that it lists, with the images of their version', () => {
    const images = deployments.map(({ spec }) => spec?.template.spec?.containers.map(({ image }) => image));
    expect(images.flat().sort()).toEqual(
      ['details-v1', 'productpage-v1', 'ratings-v1', 'reviews-v1', 'reviews-v2', 'reviews-v3'].map(
        (name) => `docker.io/istio/examples-bookinfo-${name}:1.20.3`,
      ),
    );
    expect(deployments.map(({ metadata }) => metadata?.name)).toEqual(bookinfo.deployments);
  });

  it('gives every pod the labels that its Deployment and a Service select by', () => {
    for (const { spec } of deployments) {
      const labels = spec?.template.metadata?.labels ?? {};
      expect(labels).toMatchObject(spec?.selector.matchLabels ?? { none: 'none' });
      const selecting = services.filter((service) => service.spec?.selector?.app === labels.app);
      expect(selecting).toHaveLength(1);
    }
  });

  it('mounts just volumes that it has, and runs under accounts that it makes', () => {
    const accounts = ofKind<V1ServiceAccount>('ServiceAccount').map(({ metadata }) => metadata?.name);
    for (const { spec } of deployments) {
      const pod = spec?.template.spec;
      const mounted = pod?.containers.flatMap(({ volumeMounts = [] }) =>
        volumeMounts.map(({ name }) => name),
      );
      expect(pod?.volumes?.map(({ name }) => name) ?? []).toEqual(mounted);
      expect(accounts).toContain(pod?.serviceAccountName);
    }
  });

  it('puts everything in the namespace, what others need first', () => {
    expect(new Set(objects.map(({ metadata }) => metadata.namespace))).toEqual(new Set(['shop']));
    const kinds = objects.map(({ kind }) => kind);
    expect(kinds.lastIndexOf('ServiceAccount')).toBeLessThan(kinds.indexOf('Service'));
    expect(kinds.lastIndexOf('Service')).toBeLessThan(kinds.indexOf('Deployment'));
  });

  it('checks from a container that is there', () => {
    const [check] = bundleChecks.bookinfo;
    expect(check).toMatchObject({
      kind: 'exec',
      pod: { app: 'ratings' },
      container: 'ratings',
      command: ['curl', '-sS', 'productpage:9080/productpage'],
      stdout: '<title>Simple Bookstore App</title>',
    });
    const found = deployments.find(({ spec }) => spec?.template.metadata?.labels?.app === 'ratings');
    expect(found?.spec?.template.spec?.containers.map(({ name }) => name)).toContain('ratings');
  });

  it('lets the paths of the sample through the ingress gateway', () => {
    const [gateway, virtualService] = bookinfo.gateway('shop') as [unknown, unknown] as [
      IGateway,
      IVirtualService,
    ];
    expect(() => new Gateway(gateway).validate()).not.toThrow();
    expect(() => new VirtualService(virtualService).validate()).not.toThrow();
    expect(gateway).toMatchObject({
      metadata: { name: 'bookinfo-gateway', namespace: 'shop' },
      spec: {
        selector: { istio: 'ingressgateway' },
        servers: [{ port: { number: 8080, protocol: 'HTTP' } }],
      },
    });
    expect(virtualService).toMatchObject({
      spec: {
        gateways: ['bookinfo-gateway'],
        http: [
          {
            match: [
              { uri: { exact: '/productpage' } },
              { uri: { prefix: '/static' } },
              { uri: { exact: '/login' } },
              { uri: { exact: '/logout' } },
              { uri: { prefix: '/api/v1/products' } },
            ],
            route: [{ destination: { host: 'productpage', port: { number: 9080 } } }],
          },
        ],
      },
    });
  });

  it('takes the gateway port of a cluster that has another', () => {
    expect(bookinfo.gateway('shop', 80)[0]).toMatchObject({ spec: { servers: [{ port: { number: 80 } }] } });
  });
});
