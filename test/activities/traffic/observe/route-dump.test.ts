import { describe, expect, it } from '@jest/globals';
import { routeLack } from '../../../../activities/traffic/observe/route-dump.ts';
import { route, routeConfig, sidecarRoutes } from '../fake-mesh.ts';

const wanted = {
  namespace: 'default',
  splits: { reviews: [{ split: { v1: 90, v2: 10 }, always: true }] },
  virtualServices: ['reviews'],
};
const own = 'reviews.default.svc.cluster.local';

describe('what a proxy has instead of the wanted weights', () => {
  it('is nothing when its route has them, in whatever order', () => {
    expect(routeLack(sidecarRoutes({ v2: 10, v1: 90 }), wanted)).toBeNull();
  });

  it('is nothing when a single cluster stands for all of the weight', () => {
    const all = { ...wanted, splits: { reviews: [{ split: { v1: 100, v2: 0 }, always: true }] } };
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

  it('does not count what a gateway got from another VirtualService', () => {
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
});
