import { VirtualService, type IVirtualService } from '@kubernetes-models/istio/networking.istio.io/v1';
import { describe, expect, it } from '@jest/globals';
import type { SubsetWeights } from '../../domain/rollout.ts';
import { editWeights, weightedVirtualService } from '../../manifests/virtual-service.ts';

type HttpRoute = NonNullable<NonNullable<IVirtualService['spec']>['http']>[number];
type Destination = NonNullable<HttpRoute['route']>[number];

const reviews = { host: 'reviews', namespace: 'shop', subsets: ['v1', 'v2', 'v3', 'v4'] };

const to = (host: string, subset?: string, weight?: number): Destination => ({
  destination: { host, ...(subset === undefined ? {} : { subset }) },
  ...(weight === undefined ? {} : { weight }),
});

function service(http: HttpRoute[], extra: object = {}): IVirtualService {
  return {
    apiVersion: 'networking.istio.io/v1',
    kind: 'VirtualService',
    metadata: { name: 'reviews', namespace: 'shop', annotations: { owner: 'shop-team' } },
    spec: { hosts: ['reviews'], http, ...extra },
  };
}

const routesOf = (edited: IVirtualService) => edited.spec?.http ?? [];
const weightsOf = (route: HttpRoute) =>
  (route.route ?? []).map(({ destination, weight }) => [destination.subset, weight] as const);

describe('weightedVirtualService', () => {
  it('splits the requests of a host', () => {
    const made = weightedVirtualService('reviews', 'shop', { v1: 90, v2: 10 });
    expect(made.metadata).toEqual({ name: 'reviews', namespace: 'shop' });
    expect(made.spec).toEqual({
      hosts: ['reviews'],
      http: [{ route: [to('reviews', 'v1', 90), to('reviews', 'v2', 10)] }],
    });
    expect(() => new VirtualService(made).validate()).not.toThrow();
  });
});

describe('editWeights', () => {
  it('changes weights in their place, adds a subset behind them, drops one that is not weighed', () => {
    const existing = service([{ route: [to('reviews', 'v1', 90), to('reviews', 'v2', 10)] }]);
    const edited = editWeights(existing, reviews, { v3: 50, v1: 50 });
    expect(routesOf(edited)).toEqual([{ route: [to('reviews', 'v1', 50), to('reviews', 'v3', 50)] }]);
  });

  const jason = { headers: { 'end-user': { exact: 'jason' } } };

  it.each<[string, HttpRoute]>([
    ['a header', { match: [jason], route: [to('reviews', 'v2')] }],
    ['a query', { match: [{ queryParams: { beta: { exact: '1' } } }], route: [to('reviews', 'v2', 100)] }],
    ['the lack of a header', { match: [{ withoutHeaders: { user: {} } }], route: [to('reviews', 'v1')] }],
    ['a caller', { match: [{ sourceLabels: { app: 'cron' } }], route: [to('reviews', 'v1')] }],
    ['a split of their own', { match: [jason], route: [to('reviews', 'v2', 50), to('reviews', 'v3', 50)] }],
  ])('leaves the routes of single users as they are: by %s', (_, route) => {
    const existing = service([route, { route: [to('reviews', 'v1')] }]);
    expect(routesOf(editWeights(existing, reviews, { v2: 100 }))).toEqual([
      route,
      { route: [to('reviews', 'v2', 100)] },
    ]);
  });

  it.each<[string, HttpRoute['match']]>([
    ['a path', [{ uri: { prefix: '/api' } }]],
    ['a regular expression', [{ uri: { regex: '/api/.*' } }]],
    ['a method', [{ method: { exact: 'GET' } }]],
    ['an authority', [{ authority: { exact: 'shop.example.com' } }]],
    ['a header or a path', [jason, { uri: { prefix: '/api' } }]],
    ['no header at all', [{ headers: {} }]],
  ])('gives weights to routes for whoever asks: by %s', (_, match = []) => {
    const existing = service([{ match, route: [to('reviews', 'v1')] }]);
    expect(routesOf(editWeights(existing, reviews, { v2: 100 }))[0]?.route).toEqual([
      to('reviews', 'v2', 100),
    ]);
  });

  it('leaves routes to subsets that the spec does not name', () => {
    const admin = { match: [{ uri: { prefix: '/admin' } }], route: [to('reviews', 'admin')] };
    const existing = service([admin, { route: [to('reviews')] }]);
    expect(routesOf(editWeights(existing, reviews, { v2: 100 }))).toEqual([
      admin,
      { route: [to('reviews', 'v2', 100)] },
    ]);
  });

  it('refuses a route that mixes the versions of the spec with another subset', () => {
    const mixed = [to('reviews', 'v1', 50), to('reviews', 'admin', 50)];
    expect(() => editWeights(service([{ route: mixed }]), reviews, { v1: 100 })).toThrow(
      'http route 1 splits requests between versions of the spec and subset admin of reviews',
    );
  });

  it('refuses a route of single users to all versions', () => {
    expect(() =>
      editWeights(service([{ match: [jason], route: [to('reviews')] }]), reviews, { v1: 100 }),
    ).toThrow('http route 1 is for single users (headers, query or caller) and leads to all versions');
  });

  it('leaves routes to elsewhere, redirects and direct responses as they are', () => {
    const others: HttpRoute[] = [
      { name: 'old', match: [{ uri: { prefix: '/old' } }], route: [to('legacy', 'v1', 100)] },
      { match: [{ uri: { exact: '/away' } }], redirect: { uri: '/reviews' } },
      { match: [{ uri: { exact: '/teapot' } }], directResponse: { status: 418 } },
    ];
    const edited = editWeights(service([...others, { route: [to('reviews')] }]), reviews, { v2: 100 });
    expect(routesOf(edited).slice(0, 3)).toEqual(others);
    expect(routesOf(edited)[3]).toEqual({ route: [to('reviews', 'v2', 100)] });
  });

  it.each(['reviews', 'reviews.shop', 'reviews.shop.svc', 'reviews.shop.svc.cluster.local'])(
    'knows the host as %s, and keeps that spelling',
    (spelling) => {
      const existing = service([{ route: [to(spelling, 'v1', 100)] }]);
      const [route] = routesOf(editWeights(existing, reviews, { v1: 90, v2: 10 }));
      expect(route?.route).toEqual([to(spelling, 'v1', 90), to(spelling, 'v2', 10)]);
    },
  );

  it('does not take a service of another namespace for the host', () => {
    const existing = service([{ route: [to('reviews.other', 'v1', 100)] }]);
    expect(editWeights(existing, reviews, { v1: 100 })).toEqual(existing);
  });

  it('gives new destinations the port of those that are there', () => {
    const destination = { host: 'reviews', subset: 'v1', port: { number: 9080 } };
    const existing = service([{ route: [{ destination, weight: 100 }] }]);
    const [route] = routesOf(editWeights(existing, reviews, { v2: 100 }));
    expect(route?.route).toEqual([{ destination: { ...destination, subset: 'v2' }, weight: 100 }]);
  });

  it('keeps the headers of a subset that has no weight now, and finds them again later', () => {
    const headers = { response: { set: { 'x-version': 'one' } } };
    const existing = service([{ route: [{ ...to('reviews', 'v1', 100), headers }] }]);
    const away = editWeights(existing, reviews, { v2: 100 });
    expect(routesOf(away)[0]?.route).toEqual([
      { ...to('reviews', 'v1', 0), headers },
      to('reviews', 'v2', 100),
    ]);
    expect(editWeights(away, reviews, { v1: 100 })).toEqual(existing);
  });

  it('gives each version the headers that were meant for all of them', () => {
    const headers = { request: { set: { 'x-shop': 'yes' } } };
    const existing = service([{ route: [{ ...to('reviews'), headers }] }]);
    const [route] = routesOf(editWeights(existing, reviews, { v1: 90, v2: 10 }));
    expect(route?.route?.filter(({ weight }) => weight !== 0)).toEqual([
      { ...to('reviews', 'v1', 90), headers },
      { ...to('reviews', 'v2', 10), headers },
    ]);
  });

  it('weighs a subset once although the route has it twice', () => {
    const existing = service([{ route: [to('reviews', 'v1', 60), to('reviews', 'v1', 40)] }]);
    const [route] = routesOf(editWeights(existing, reviews, { v1: 100 }));
    expect(route?.route).toEqual([to('reviews', 'v1', 100)]);
  });

  it('refuses a route that mixes hosts, and says which', () => {
    const mixed = [to('reviews', 'v1', 50), to('reviews-next', undefined, 50)];
    expect(() => editWeights(service([{ route: mixed }]), reviews, { v1: 100 })).toThrow(
      'VirtualService shop/reviews: http route 1 splits requests between reviews and reviews-next: ' +
        'weights can be shifted where all destinations are reviews',
    );
    expect(() => editWeights(service([{ name: 'main', route: mixed }]), reviews, { v1: 100 })).toThrow(
      "http route 'main' splits",
    );
  });

  it.each(['tcp', 'tls'])('refuses a %s route to the host, which weights would miss', (kind) => {
    const route = kind === 'tcp' ? {} : { match: [{ sniHosts: ['reviews'] }] };
    const opaque = { [kind]: [{ ...route, route: [to('reviews', 'v1')] }] };
    const existing = service([{ route: [to('reviews', 'v1')] }], opaque);
    expect(() => editWeights(existing, reviews, { v1: 100 })).toThrow(
      `VirtualService shop/reviews has a ${kind} route to reviews: weights can be shifted on http routes alone`,
    );
  });

  it.each<SubsetWeights>([{}, { v1: 90 }, { v1: 110, v2: -10 }, { v1: 99.5, v2: 0.5 }])(
    'refuses weights %j',
    (weights) => {
      const existing = service([{ route: [to('reviews', 'v1')] }]);
      expect(() => editWeights(existing, reviews, weights)).toThrow(
        `weights of reviews are ${JSON.stringify(weights)}: they must be whole numbers from 0 that add up to 100`,
      );
    },
  );
});

/** Small numbers that come in the same order in every run, so that a failure can be looked at again. */
function createDice(seed: number): (sides: number) => number {
  let state = seed;
  return (sides) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * sides);
  };
}

function randomWeights(dice: (sides: number) => number): SubsetWeights {
  const first = dice(101);
  const second = dice(101 - first);
  const entries = [
    ['v1', first],
    ['v2', second],
    ['v3', 100 - first - second],
  ] as const;
  return dice(4) === 0 ? { v1: 100 } : Object.fromEntries(entries);
}

function randomRoute(dice: (sides: number) => number): HttpRoute {
  const subsets = ['v1', 'v2', 'v3', 'v4'].filter(() => dice(2) === 1);
  const leads = dice(4) > 0 ? 'reviews' : 'ratings';
  const route = subsets.map((subset) => ({
    ...to(leads, subset, dice(101)),
    ...(dice(3) === 0 ? { headers: { request: { remove: [`x-${subset}`] } } } : {}),
  }));
  return {
    ...(dice(2) === 0 ? { match: [{ uri: { prefix: `/${dice(9)}` } }] } : {}),
    ...(dice(2) === 0 ? { timeout: `${dice(9)}s`, retries: { attempts: dice(5) } } : {}),
    ...(dice(3) === 0 ? { mirror: { host: 'shadow' }, mirrorPercentage: { value: 5 } } : {}),
    ...(dice(3) === 0 ? { headers: { response: { set: { a: 'b' } } } } : {}),
    route: route.length > 0 ? route : [to(leads)],
  };
}

describe('editWeights of any VirtualService', () => {
  const cases = Array.from({ length: 300 }, (_, seed) => {
    const dice = createDice(seed);
    const routes = Array.from({ length: 1 + dice(4) }, () => randomRoute(dice));
    return {
      existing: service([...routes, { route: [to('reviews', 'v1', 100)] }]),
      weights: randomWeights(dice),
      other: randomWeights(dice),
    };
  });
  const leadsToHost = (route: HttpRoute | undefined) => route?.route?.[0]?.destination.host === 'reviews';

  it('gives every route to the host exactly the weights', () => {
    for (const { existing, weights } of cases) {
      for (const route of routesOf(editWeights(existing, reviews, weights)).filter(leadsToHost)) {
        const carried = weightsOf(route).filter(([, weight]) => weight !== 0);
        const asked = Object.entries(weights).filter(([, weight]) => weight !== 0);
        expect(carried.sort()).toEqual(asked.sort());
      }
    }
  });

  it('touches nothing but the destinations of those routes, and not the object it was given', () => {
    for (const { existing, weights } of cases) {
      const before = structuredClone(existing);
      const edited = editWeights(existing, reviews, weights);
      expect(existing).toEqual(before);
      expect({ ...edited, spec: undefined }).toEqual({ ...existing, spec: undefined });
      routesOf(existing).forEach((route, index) => {
        const now = routesOf(edited)[index];
        expect(leadsToHost(route) ? { ...now, route: [] } : now).toEqual(
          leadsToHost(route) ? { ...route, route: [] } : route,
        );
      });
    }
  });

  it('loses no headers on the way to other weights and back, and is the same when done twice', () => {
    for (const { existing, weights, other } of cases) {
      const once = editWeights(existing, reviews, weights);
      expect(editWeights(once, reviews, weights)).toEqual(once);
      const back = editWeights(editWeights(once, reviews, other), reviews, weights);
      const headersOf = (edited: IVirtualService) =>
        routesOf(edited).map(({ route }) =>
          route?.flatMap(({ destination, headers }) => (headers ? [[destination.subset, headers]] : [])),
        );
      expect(headersOf(back)).toEqual(headersOf(existing));
    }
  });

  it('stays valid for Istio', () => {
    for (const { existing, weights } of cases.slice(0, 50)) {
      const edited = editWeights(existing, reviews, weights);
      expect(() => new VirtualService(edited).validate()).not.toThrow();
    }
  });
});
