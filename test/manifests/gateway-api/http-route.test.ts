import { describe, expect, it } from '@jest/globals';
import { splitOf, type BackendRef, type Rule } from '../../../manifests/gateway-api/backend-refs.ts';
import { editRules, portsRouted, weightedHttpRoute } from '../../../manifests/gateway-api/http-route.ts';
import { recordRules, restoreRules } from '../../../manifests/gateway-api/recorded-rules.ts';

const service = {
  host: 'reviews',
  namespace: 'default',
  backends: { 'reviews-v1': 'v1', 'reviews-v2': 'v2', 'reviews-v3': 'v3' },
};
const all = { v1: 100 };
const split = { v1: 90, v2: 10 };
const ref = (name: string, more: Partial<BackendRef> = {}): BackendRef => ({
  group: '',
  kind: 'Service',
  name,
  port: 9080,
  weight: 1,
  ...more,
});
const testers: Rule['matches'] = [{ headers: [{ name: 'tester', value: 'yes' }] }];

function routeOf(...rules: Rule[]) {
  const parent = { group: '', kind: 'Service', name: 'reviews', port: 9080 };
  return { ...weightedHttpRoute(service, 9080, all), spec: { parentRefs: [parent], rules } };
}

const backends = ({ spec }: ReturnType<typeof editRules>) =>
  (spec.rules ?? []).map(({ backendRefs = [] }) =>
    backendRefs.map(({ name, weight }) => `${name} ${weight}`),
  );

describe('an HTTPRoute for weights', () => {
  it('has the service as its parent and the Services of the versions as its backends', () => {
    expect(weightedHttpRoute(service, 9080, split)).toMatchObject({
      kind: 'HTTPRoute',
      metadata: { name: 'reviews', namespace: 'default' },
      spec: {
        parentRefs: [{ group: '', kind: 'Service', name: 'reviews', port: 9080 }],
        rules: [
          {
            backendRefs: [
              { group: '', kind: 'Service', name: 'reviews-v1', port: 9080, weight: 90 },
              { group: '', kind: 'Service', name: 'reviews-v2', port: 9080, weight: 10 },
            ],
          },
        ],
      },
    });
  });

  it('routes the ports of the service that it names as its parent, and no Gateway’s', () => {
    const route = routeOf();
    expect(portsRouted(route, 'reviews', 'default')).toEqual([9080]);
    expect(portsRouted(route, 'reviews', 'other')).toEqual([]);
    const gateway = { ...route, spec: { parentRefs: [{ name: 'reviews' }] } };
    expect(portsRouted(gateway, 'reviews', 'default')).toEqual([]);
  });
});

describe('new weights', () => {
  it('come to every rule that leads to the service, and leave everything else', () => {
    const elsewhere: Rule = { backendRefs: [ref('ratings')] };
    const users: Rule = {
      matches: testers,
      timeouts: { request: '3s' },
      filters: [{ type: 'RequestMirror', requestMirror: { backendRef: { name: 'reviews-v3', port: 9080 } } }],
      backendRefs: [ref('reviews-v2', { filters: [] })],
    };
    const edited = editRules(routeOf(users, elsewhere, { backendRefs: [ref('reviews')] }), service, split);
    expect(backends(edited)).toEqual([['reviews-v2 1'], ['ratings 1'], ['reviews-v1 90', 'reviews-v2 10']]);
    const [kept] = edited.spec.rules ?? [];
    expect(kept).toEqual({ ...users, backendRefs: kept?.backendRefs });
  });

  it('keep a version with filters of its own at weight 0', () => {
    const filters: BackendRef['filters'] = [
      { type: 'RequestHeaderModifier', requestHeaderModifier: { remove: ['a'] } },
    ];
    const rule = { backendRefs: [ref('reviews-v1'), ref('reviews-v3', { filters })] };
    expect(backends(editRules(routeOf(rule), service, split))).toEqual([
      ['reviews-v1 90', 'reviews-v3 0', 'reviews-v2 10'],
    ]);
  });

  it.each<[string, Rule[], string]>([
    [
      'a rule that mixes services',
      [{ backendRefs: [ref('reviews-v1'), ref('legacy')] }],
      'between reviews and Service legacy',
    ],
    [
      'a rule of single users to all versions',
      [{ matches: testers, backendRefs: [ref('reviews')] }],
      'rule 1 is for single users (headers or query) and leads to all versions of reviews',
    ],
  ])('are refused by %s', (_, rules, words) => {
    expect(() => editRules(routeOf(...rules), service, split)).toThrow(words);
  });

  it('must be percents', () => {
    expect(() => editRules(routeOf({ backendRefs: [ref('reviews')] }), service, { v1: 90 })).toThrow(
      'add up to 100',
    );
  });
});

describe('what an HTTPRoute led to', () => {
  it('counts weights in relation, 1 where none is given, and the only one as all', () => {
    expect(splitOf([ref('reviews-v1'), { name: 'reviews-v2', port: 9080 }], service)).toEqual({
      v1: 1,
      v2: 1,
    });
    expect(splitOf([ref('reviews-v1', { weight: 3 }), ref('reviews-v2', { weight: 0 })], service)).toEqual(
      all,
    );
    expect(splitOf([ref('reviews')], service)).toEqual({ '': 100 });
  });

  it('comes back for some requests, and the stable version for everybody', () => {
    const before = routeOf(
      { matches: testers, backendRefs: [ref('reviews-v2')] },
      { backendRefs: [ref('reviews')] },
    );
    const shifted = editRules(before, service, split);
    const restored = restoreRules(shifted, service, all, recordRules(before, service));
    expect(backends(restored)).toEqual([['reviews-v2 1'], ['reviews-v1 100']]);
  });

  it('comes back by its match, also where the API server has written the match of everybody', () => {
    const everybody: Rule['matches'] = [{ path: { type: 'PathPrefix', value: '/' } }];
    const before = routeOf({ matches: everybody, backendRefs: [ref('reviews-v2')] });
    expect(backends(restoreRules(before, service, all, recordRules(before, service)))).toEqual([
      ['reviews-v1 100'],
    ]);
  });
});
