import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { IVirtualService } from '@kubernetes-models/istio/networking.istio.io/v1';
import { sameSubsetWeights } from '../../domain/weights.ts';
import { editWeights } from '../../manifests/virtual-service.ts';

const reviews = { host: 'reviews', namespace: 'default', subsets: ['v1', 'v2', 'v3'] };
const subset = fc.constantFrom('v1', 'v2', 'v3');
const weights = fc
  .tuple(fc.integer({ min: 0, max: 100 }), fc.integer({ min: 0, max: 100 }))
  .map(([one, other]) => [Math.min(one, other), Math.max(one, other)] as const)
  .map(([low, high]) => ({ v1: low, v2: high - low, v3: 100 - high }));

/** A route as somebody wrote it, with all that is not ours. */
const route = (hosts: fc.Arbitrary<string>) =>
  fc.record(
    {
      name: fc.string({ maxLength: 10 }),
      match: fc.array(fc.record({ uri: fc.record({ prefix: fc.webPath() }) }), { maxLength: 2 }),
      timeout: fc.constantFrom('1s', '250ms'),
      retries: fc.record({ attempts: fc.nat(5) }),
      mirror: fc.record({ host: fc.constant('shadow') }),
      route: fc.tuple(hosts, fc.uniqueArray(subset, { minLength: 1, maxLength: 3 })).map(([host, subsets]) =>
        subsets.map((name, at) => ({
          destination: { host, subset: name },
          weight: at === 0 ? 100 - (subsets.length - 1) * 10 : 10,
        })),
      ),
    },
    { requiredKeys: ['route'] },
  );

const ours = fc.constantFrom('reviews', 'reviews.default.svc.cluster.local');
const virtualServices = fc
  .tuple(fc.array(route(fc.constantFrom('ratings', 'reviews', 'details'))), route(ours))
  .map(([routes, last]) => ({
    apiVersion: 'networking.istio.io/v1' as const,
    kind: 'VirtualService' as const,
    metadata: { name: 'reviews', namespace: 'default', annotations: { owner: 'ada' } },
    spec: { hosts: ['reviews'], gateways: ['mesh'], http: [...routes, last] },
  }));

type Routed = NonNullable<NonNullable<IVirtualService['spec']>['http']>[number];
const routesOf = ({ spec }: IVirtualService): readonly Routed[] => spec?.http ?? [];
const leadsToReviews = ({ route = [] }: Routed) =>
  route.some(({ destination }) => destination.host.startsWith('reviews'));
const splitOf = ({ route = [] }: Routed) =>
  Object.fromEntries(route.map(({ destination, weight = 100 }) => [destination.subset ?? '', weight]));
const withoutDestinations = (object: IVirtualService) => ({
  ...object,
  spec: {
    ...object.spec,
    http: routesOf(object).map((one) => (leadsToReviews(one) ? { ...one, route: 'ours' } : one)),
  },
});

describe('editWeights', () => {
  it('gives every route to the host the weights, and changes nothing else, order included', () => {
    fc.assert(
      fc.property(virtualServices, weights, (existing, wanted) => {
        const before = structuredClone(existing);
        const edited = editWeights(existing, reviews, wanted);
        expect(existing).toEqual(before);
        expect(withoutDestinations(edited)).toEqual(withoutDestinations(existing));
        for (const one of routesOf(edited).filter(leadsToReviews)) {
          expect(sameSubsetWeights(splitOf(one), wanted)).toBe(true);
          expect(Object.values(splitOf(one)).reduce((sum, weight) => sum + weight, 0)).toBe(100);
        }
      }),
      { numRuns: 200 },
    );
  });

  it('says the same the second time', () => {
    fc.assert(
      fc.property(virtualServices, weights, (existing, wanted) => {
        const once = editWeights(existing, reviews, wanted);
        expect(editWeights(once, reviews, wanted)).toEqual(once);
      }),
      { numRuns: 200 },
    );
  });

  it('is taken back by the weights that were there, whatever came between', () => {
    fc.assert(
      fc.property(virtualServices, weights, weights, (existing, first, second) => {
        const start = editWeights(existing, reviews, first);
        const back = editWeights(editWeights(start, reviews, second), reviews, first);
        expect(withoutDestinations(back)).toEqual(withoutDestinations(start));
        const splits = (object: IVirtualService) => routesOf(object).filter(leadsToReviews).map(splitOf);
        splits(back).forEach((split, at) => {
          expect(sameSubsetWeights(split, splits(start)[at] ?? {})).toBe(true);
        });
      }),
      { numRuns: 200 },
    );
  });
});
