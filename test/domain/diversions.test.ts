import { describe, expect, it } from '@jest/globals';
import {
  allDiversions,
  describeDiversion,
  divertedSubsets,
  diversionsOf,
  noDiversions,
  type RequestMatch,
} from '../../domain/diversions.ts';

const yes: RequestMatch = { headers: { 'x-tester': { exact: 'yes' } } };
const stages = [
  { weights: { reviews: { v1: 100 }, ratings: { v1: 100 } }, mirror: { reviews: { v2: 20 } } },
  { weights: { reviews: { v1: 100 } }, match: { reviews: { v2: [yes] } } },
  { weights: { reviews: { v1: 90, v2: 10 } } },
  { weights: { reviews: { v2: 100 } } },
];

const at = (index: number) => diversionsOf(stages, index).reviews;
const testers = [{ subset: 'v2', matches: [yes] }];

describe('what stages divert', () => {
  it('is copies in their own stage alone, and testers from theirs on until everybody has the version', () => {
    expect([0, 1, 2, 3].map(at)).toEqual([
      { testers: [], mirror: { subset: 'v2', percent: 20 } },
      { testers, mirror: { subset: 'v2', percent: 0 } },
      { testers, mirror: { subset: 'v2', percent: 0 } },
      { testers: [], mirror: { subset: 'v2', percent: 0 } },
    ]);
  });

  it('is nothing of hosts that no stage diverts requests of', () => {
    expect(Object.keys(diversionsOf(stages, 0))).toEqual(['reviews']);
    expect(diversionsOf([{ weights: { reviews: { v1: 100 } } }], 0)).toEqual({});
  });

  it('ends for testers where a stage says so', () => {
    const ended = [...stages.slice(0, 3), { weights: {}, match: { reviews: {} } }];
    expect(diversionsOf(ended, 3).reviews?.testers).toEqual([]);
  });

  it('is nothing after a roll back, and everything at once before the first change', () => {
    expect(noDiversions(stages)).toEqual({ reviews: { testers: [], mirror: { subset: 'v2', percent: 0 } } });
    expect(allDiversions(stages)).toEqual({ reviews: { testers, mirror: { subset: 'v2', percent: 0 } } });
    expect(noDiversions(stages.slice(1)).reviews?.mirror).toBeNull();
  });

  it('reaches versions that have no weight', () => {
    expect([0, 1, 3].map((index) => divertedSubsets(at(index)))).toEqual([['v2'], ['v2'], []]);
    expect(divertedSubsets(undefined)).toEqual([]);
  });

  it('is told in a line', () => {
    const mirror = { subset: 'v2', percent: 20 };
    expect(describeDiversion({ testers, mirror })).toBe(
      'testers to v2 (header x-tester), 20 % mirrored to v2',
    );
    expect(describeDiversion({ testers: [], mirror: { subset: 'v2', percent: 0 } })).toBe('');
  });
});
