import { describe, expect, it } from '@jest/globals';
import { changedHosts, effectiveWeights } from '../../domain/stage-plan.ts';
import {
  formatWeights,
  mergeWeights,
  routedSubsets,
  sameSubsetWeights,
  stableWeights,
} from '../../domain/weights.ts';

const stages = [
  { weights: { ratings: { v1: 100 }, reviews: { v1: 100 } } },
  { weights: { reviews: { v1: 90, v2: 10 } } },
  { weights: { reviews: { v3: 100 } } },
];

describe('weights', () => {
  it('on the stable subsets take all traffic of every service', () => {
    expect(
      stableWeights([
        { host: 'a', stable: 'v1' },
        { host: 'b', stable: 'v2' },
      ]),
    ).toEqual({ a: { v1: 100 }, b: { v2: 100 } });
  });

  it('of a changed host are taken whole', () => {
    expect(mergeWeights({ a: { v1: 100 }, b: { v1: 100 } }, { a: { v2: 100 } })).toEqual({
      a: { v2: 100 },
      b: { v1: 100 },
    });
  });

  it('of 0 route nothing', () => {
    expect(routedSubsets({ v1: 100, v2: 0 })).toEqual(['v1']);
    expect(sameSubsetWeights({ v1: 100 }, { v1: 100, v2: 0 })).toBe(true);
    expect(sameSubsetWeights({ v1: 100 }, { v1: 90, v2: 10 })).toBe(false);
  });

  it('are written in one line', () => {
    expect(formatWeights({ reviews: { v1: 90, v2: 10 }, ratings: { v1: 100 } })).toBe(
      'reviews v1 90, v2 10; ratings v1 100',
    );
  });
});

describe('the plan of stages', () => {
  it('keeps the weights of hosts that a stage does not name', () => {
    expect(effectiveWeights(stages, 1)).toEqual({ ratings: { v1: 100 }, reviews: { v1: 90, v2: 10 } });
    expect(effectiveWeights(stages, 2)).toEqual({ ratings: { v1: 100 }, reviews: { v3: 100 } });
  });

  it('knows the hosts whose weights change', () => {
    expect(changedHosts(stages)).toEqual(['reviews']);
    expect(changedHosts(stages.slice(0, 1))).toEqual([]);
    expect(changedHosts([{ weights: { a: { v1: 100 } } }, { weights: { a: { v1: 100, v2: 0 } } }])).toEqual(
      [],
    );
  });
});
