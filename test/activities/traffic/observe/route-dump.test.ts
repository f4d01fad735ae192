import { describe, expect, it } from '@jest/globals';
import { readRoutes, type WantedRoutes } from '../../../../activities/traffic/observe/route-dump.ts';
import { route, routeConfig, sidecarRoutes } from '../fake-mesh.ts';

const split = { split: { v1: 90, v2: 10 }, always: true };
const origin = { namespace: 'default', name: 'reviews' };
const wanted: WantedRoutes = {
  namespace: 'default',
  sources: { reviews: [{ origin, splits: [split] }] },
};
const routeLack = (dump: readonly unknown[], routes = wanted) => readRoutes(dump, routes).lack;
const own = 'reviews.default.svc.cluster.local';

describe('what a proxy has instead of the wanted weights', () => {
  it('is nothing when its route has them, in whatever order', () => {
    expect(routeLack(sidecarRoutes({ v2: 10, v1: 90 }), wanted)).toBeNull();
  });

  it('is nothing when a single cluster stands for all of the weight', () => {
    const splits = [{ split: { v1: 100, v2: 0 }, always: true }];
    const all = { ...wanted, sources: { reviews: [{ origin, splits }] } };
    expect(routeLack(sidecarRoutes({ v1: 100 }), all)).toBeNull();
  });

  it('is the weights of the stage before', () => {
    expect(routeLack(sidecarRoutes({ v1: 50, v2: 50 }), wanted)).toBe('has reviews v1 50, v2 50');
  });

  it('is the whole service where nothing was routed yet', () => {
    const dump = [routeConfig(own, { route: { cluster: `outbound|9080||${own}` } })];
    expect(routeLack(dump, wanted)).toBe('has reviews (any version) 100');
  });

  it('is one old route among new ones', () => {
    const dump = [routeConfig(own, route({ v1: 90, v2: 10 }), route({ v3: 100 }))];
    expect(routeLack(dump, wanted)).toBe('has reviews v3 100');
  });

  it('is nothing for a proxy that has no route to the service', () => {
    const ratings = routeConfig('ratings.default.svc.cluster.local', route({ v1: 100 }, { host: 'ratings' }));
    expect(routeLack([ratings], wanted)).toBeNull();
    expect(routeLack([], wanted)).toBeNull();
  });

  it('does not count a service of the same name in another namespace', () => {
    const other = 'reviews.other.svc.cluster.local';
    const dump = [routeConfig(other, { route: { cluster: `outbound|9080||${other}` } })];
    expect(routeLack(dump, wanted)).toBeNull();
  });

  it('does not count a route that leads to the service of the same name in another namespace', () => {
    const other = { route: { cluster: 'outbound|9080||reviews.other.svc.cluster.local' } };
    expect(routeLack([routeConfig(own, other, route({ v1: 90, v2: 10 }))], wanted)).toBeNull();
  });

  it('does not count what a gateway got from another VirtualService for a subset', () => {
    const dump = [routeConfig('*', route({ v3: 100 }, { origin: 'bookinfo' }))];
    expect(routeLack(dump, wanted)).toBeNull();
  });

  it('counts what a gateway got from the VirtualService itself', () => {
    const dump = [routeConfig('shop.example.com', route({ v3: 100 }))];
    expect(routeLack(dump, wanted)).toBe('has reviews v3 100');
  });

  it('knows the service under another cluster domain', () => {
    const domain = 'reviews.default.svc.corp.example';
    const dump = [routeConfig(domain, { route: { cluster: `outbound|9080|v3|${domain}` } })];
    expect(routeLack(dump, wanted)).toBe('has reviews v3 100');
  });

  it('knows the virtual host of a port whose protocol is sniffed by its name', () => {
    const config = { name: `${own}:9080`, domains: ['*'], routes: [route({ v3: 100 }, { origin: 'other' })] };
    expect(routeLack([{ route_config: { virtual_hosts: [config] } }], wanted)).toBe('has reviews v3 100');
  });

  it('is a route of a gateway to the whole service, whatever it came from', () => {
    const dump = [routeConfig('*', route({ '': 100 }, { origin: 'bookinfo' }))];
    expect(routeLack(dump)).toBe('has reviews (any version) 100');
    const ignore = [{ kind: 'VirtualService', name: 'bookinfo', namespace: 'default' }] as const;
    expect(routeLack(dump, { ...wanted, ignore })).toBeNull();
    expect(routeLack(dump, { ...wanted, ignore: [{ ...ignore[0], namespace: 'other' }] })).not.toBeNull();
  });

  it('is told of each object by itself: one may be right where another is not', () => {
    const testers = {
      origin: { namespace: 'shop', name: 'shop' },
      splits: [{ split: { v3: 100 }, always: true }],
    };
    const both = { ...wanted, sources: { reviews: [...(wanted.sources.reviews ?? []), testers] } };
    const shop = {
      metadata: { filter_metadata: { istio: { config: '/namespaces/shop/virtual-service/shop' } } },
    };
    const at = (weights: object) => routeConfig('*', { ...route({ ...weights }), ...shop });
    const right = [...sidecarRoutes({ v1: 90, v2: 10 }), at({ v3: 100 })];
    expect(routeLack(right, both)).toBeNull();
    expect(routeLack([...sidecarRoutes({ v3: 100 }), at({ v3: 100 })], both)).toBe('has reviews v3 100');
    expect(routeLack([at({ v1: 90, v2: 10 })], both)).toBe('has reviews v1 90, v2 10');
  });

  it('reads what a real gateway of Istio 1.20 has: objects noted in an older version, the whole service', () => {
    const cluster = 'outbound|8080||storefront.demo.svc.cluster.local';
    const config = '/apis/networking.istio.io/v1alpha3/namespaces/demo/virtual-service/public';
    const metadata = { filter_metadata: { istio: { config } } };
    const virtual_hosts = [
      {
        name: '*:8080',
        domains: ['*'],
        routes: [{ match: { path: '/shop' }, route: { cluster }, metadata }],
      },
    ];
    const dump = [{ route_config: { name: 'http.8080', virtual_hosts } }];
    const source = (name: string) => ({
      origin: { namespace: 'demo', name },
      splits: [{ split: { v1: 100 }, always: false }],
    });
    const storefront = { namespace: 'demo', sources: { storefront: [source('public')] } };
    expect(readRoutes(dump, storefront)).toEqual({ lack: 'has storefront (any version) 100', shown: [] });
    expect(
      readRoutes(dump, { namespace: 'other', sources: { storefront: [source('public')] } }).lack,
    ).toBeNull();
  });
});

describe('a proxy shows the wanted weights', () => {
  it('by a route that has them, and not by having none', () => {
    expect(readRoutes(sidecarRoutes({ v1: 90, v2: 10 }), wanted).shown).toEqual(['reviews']);
    expect(readRoutes([routeConfig('shop.example.com', route({ v1: 90, v2: 10 }))], wanted).shown).toEqual([
      'reviews',
    ]);
    expect(readRoutes([], wanted).shown).toEqual([]);
    expect(readRoutes(sidecarRoutes({ v1: 50, v2: 50 }), wanted).shown).toEqual([]);
  });
});
