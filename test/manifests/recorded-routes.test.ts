import type { IVirtualService } from '@kubernetes-models/istio/networking.istio.io/v1';
import { describe, expect, it } from '@jest/globals';
import type { HttpRoute } from '../../manifests/destinations.ts';
import { isForEverybody, recordRoutes, restoreRoutes } from '../../manifests/recorded-routes.ts';
import { editWeights } from '../../manifests/virtual-service.ts';

const reviews = { host: 'reviews', namespace: 'shop', subsets: ['v1', 'v2', 'v3'] };

const to = (subset?: string, weight?: number) => ({
  destination: { host: 'reviews', ...(subset === undefined ? {} : { subset }) },
  ...(weight === undefined ? {} : { weight }),
});

function service(...http: HttpRoute[]): IVirtualService {
  return {
    apiVersion: 'networking.istio.io/v1',
    kind: 'VirtualService',
    metadata: { name: 'reviews', namespace: 'shop' },
    spec: { hosts: ['reviews'], http },
  };
}

const testers: HttpRoute = {
  match: [{ headers: { tester: { exact: 'yes' } } }],
  timeout: '3s',
  route: [{ ...to('v2', 70), headers: { request: { set: { 'x-test': '1' } } } }, to('v3', 30)],
};
const path: HttpRoute = { match: [{ uri: { prefix: '/v3' } }], route: [to('v3')] };
const everybody: HttpRoute = { route: [to('v1')] };
const stable = { v1: 100 };

describe('routes that are put back', () => {
  it('lead exactly where they led, where that is the stable version', () => {
    const headers = { request: { set: { 'x-shop': 'yes' } } };
    const before = service(testers, { ...path, route: [to('v1')] }, { route: [{ ...to('v1'), headers }] });
    const recorded = recordRoutes(before, reviews);
    const shifted = editWeights(before, reviews, { v1: 90, v2: 10 });
    expect(restoreRoutes(shifted, reviews, stable, recorded)).toEqual(before);
  });

  it('survive the way through workflow history', () => {
    const before = service({ route: [to('v1')], timeout: '3s' });
    const recorded = JSON.parse(JSON.stringify(recordRoutes(before, reviews))) as ReturnType<
      typeof recordRoutes
    >;
    const back = restoreRoutes(editWeights(before, reviews, { v2: 100 }), reviews, stable, recorded);
    expect(back).toEqual(before);
  });

  it('are known by their match when others were put before them meanwhile', () => {
    const headers = { request: { set: { 'x-shop': 'yes' } } };
    const own: HttpRoute = { ...path, route: [{ ...to('v1'), headers }] };
    const recorded = recordRoutes(service(testers, own, everybody), reviews);
    const added: HttpRoute = { match: [{ method: { exact: 'POST' } }], route: [to('v2')] };
    const now = editWeights(service(added, testers, own, everybody), reviews, { v2: 100 });
    const back = restoreRoutes(now, reviews, stable, recorded);
    expect(back.spec?.http?.map(({ route }) => route)).toEqual([
      [to('v1', 100)],
      testers.route,
      own.route,
      everybody.route,
    ]);
  });

  it.each<[string, HttpRoute['match']]>([
    ['path', [{ uri: { prefix: '/v3' } }]],
    ['regular expression', [{ uri: { regex: '/v[23].*' } }]],
    ['method', [{ method: { exact: 'POST' } }]],
  ])('of a %s lead to the candidate no more, whatever they led to before the run', (_, match = []) => {
    for (const route of [[to()], [to('v3')], [to('v1', 50), to('v2', 50)]]) {
      const before = service({ match, route });
      const shifted = editWeights(before, reviews, { v2: 100 });
      const back = restoreRoutes(shifted, reviews, stable, recordRoutes(before, reviews));
      expect(back.spec?.http?.[0]?.route).toEqual([to('v1', 100)]);
    }
  });

  it('keep the share of other hosts and of subsets that are not in the spec', () => {
    const legacy = { destination: { host: 'legacy' }, weight: 40 };
    const mixed = service({ route: [to('v2', 60), legacy] }, { route: [to('v2', 30), to('admin', 70)] });
    expect(restoreRoutes(mixed, reviews, stable, []).spec?.http?.map(({ route }) => route)).toEqual([
      [to('v1', 60), legacy],
      [to('v1', 30), to('admin', 70)],
    ]);
  });

  it.each<[string, HttpRoute]>([
    ['of a run that was killed', { route: [to('v1', 50), to('v2', 50)] }],
    ['over all versions', { route: [to()] }],
    ['by a match that fits all', { match: [{ uri: { prefix: '/' } }], route: [to('v2')] }],
  ])('go to the stable version, those for everybody, whatever split they had: %s', (_, route) => {
    const before = service(route);
    const back = restoreRoutes(
      editWeights(before, reviews, { v2: 100 }),
      reviews,
      stable,
      recordRoutes(before, reviews),
    );
    expect(back.spec?.http?.[0]?.route).toEqual([to('v1', 100)]);
  });

  it('are not those to elsewhere', () => {
    const elsewhere: HttpRoute = {
      match: [{ uri: { prefix: '/old' } }],
      route: [{ destination: { host: 'legacy' } }],
    };
    expect(recordRoutes(service(elsewhere, everybody), reviews)).toEqual([
      { match: [], destinations: everybody.route },
    ]);
  });
});

describe('a route for everybody', () => {
  it.each<[HttpRoute, boolean]>([
    [{}, true],
    [{ match: [] }, true],
    [{ match: [{ uri: { prefix: '/' } }] }, true],
    [{ match: [{ port: 9080 }] }, true],
    [{ match: [{ gateways: ['mesh'] }] }, true],
    [{ match: [{ headers: { tester: { exact: 'yes' } } }, { uri: { prefix: '/' } }] }, true],
    [{ match: [{ uri: { prefix: '/reviews' } }] }, false],
    [{ match: [{ uri: { prefix: '/' }, headers: { tester: { exact: 'yes' } } }] }, false],
    [{ match: [{ sourceLabels: { app: 'productpage' } }] }, false],
  ])('is one whose match tells no requests apart: %j', (route, expected) => {
    expect(isForEverybody(route)).toBe(expected);
  });
});
