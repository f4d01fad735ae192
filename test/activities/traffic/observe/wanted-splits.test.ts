import { describe, expect, it } from '@jest/globals';
import type { SubsetWeights } from '../../../../domain/rollout.ts';
import { areWanted, splitsWanted } from '../../../../activities/traffic/observe/wanted-splits.ts';

const v1 = { v1: 100 };
const v2 = { v2: 100 };
const split = { v1: 90, v2: 10 };

function wanted(...http: object[]) {
  const routes = http.map((route) => ({ route, from: 'default' }));
  return splitsWanted(routes, { host: 'reviews', namespace: 'default' });
}

function to(subset: string, ...headers: string[]): object {
  const match = headers.map((name) => ({ headers: { [name]: { exact: 'yes' } } }));
  const route = [{ destination: { host: 'reviews', subset } }];
  return match.length === 0 ? { route } : { match, route };
}

describe('the splits that a VirtualService asks of a proxy', () => {
  it('are one a match, and certain for the first route without one', () => {
    expect(wanted(to('v2', 'tester', 'developer'), to('v1'), to('v3'))).toEqual([
      { split: v2, always: false },
      { split: v2, always: false },
      { split: v1, always: true },
      { split: { v3: 100 }, always: false },
    ]);
  });

  it('are certain for none behind a route for everybody to elsewhere', () => {
    const elsewhere = { route: [{ destination: { host: 'legacy' } }] };
    expect(wanted(elsewhere, to('v1'))).toEqual([{ split: v1, always: false }]);
  });
});

const seen = (splits: readonly SubsetWeights[]) => splits.map((split) => ({ split, route: '' }));

describe('a proxy has them', () => {
  const testersElsewhere = wanted(to('v2', 'tester'), to('v1'));

  it('in their order', () => {
    expect(areWanted(seen([v2, v1]), testersElsewhere)).toBe(true);
    expect(areWanted(seen([v1, v2]), testersElsewhere)).toBe(false);
  });

  it('not while all routes still lead where only one of them may', () => {
    expect(areWanted(seen([v2, v2]), testersElsewhere)).toBe(false);
    expect(areWanted(seen([v2]), testersElsewhere)).toBe(false);
    expect(areWanted(seen([v1, v1]), testersElsewhere)).toBe(false);
  });

  it('although a route cannot hold for it', () => {
    expect(areWanted(seen([v1]), testersElsewhere)).toBe(true);
  });

  it('when all are alike and all of its routes are so, however many Istio makes of them', () => {
    const [one] = wanted(to('v1'));
    expect(areWanted(seen([v1, v1, v1]), [one ?? { split: {}, always: true }])).toBe(true);
    expect(areWanted(seen([v1, split, v1]), [one ?? { split: {}, always: true }])).toBe(false);
  });

  it('when it has nothing to do with the service', () => {
    expect(areWanted([], testersElsewhere)).toBe(true);
  });

  it('in no time, however many routes there are', () => {
    const many = wanted(...Array.from({ length: 200 }, (_, n) => to('v2', `tester-${n}`)), to('v1'));
    expect(areWanted(seen([...Array.from({ length: 200 }, () => v2), v2]), many)).toBe(false);
    expect(areWanted(seen([...Array.from({ length: 200 }, () => v2), v1]), many)).toBe(true);
  });
});
