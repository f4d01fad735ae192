import { describe, expect, it } from '@jest/globals';
import { gateTargets, stableBeside } from '../../../domain/gates/targets.ts';
import { effectiveWeights } from '../../../domain/stage-plan.ts';

const subset = (name: string) => ({ name, labels: { version: name } });

const spec = {
  services: [
    { host: 'ratings', stable: 'v1', subsets: [subset('v1')] },
    { host: 'reviews', stable: 'v1', subsets: [subset('v1'), subset('v2'), subset('v3')] },
  ],
  stages: [
    { name: 'a', weights: { ratings: { v1: 100 }, reviews: { v1: 100, v2: 0 } } },
    { name: 'b', weights: { reviews: { v1: 80, v2: 10, v3: 10 } } },
    { name: 'c', weights: { reviews: { v3: 100 } } },
    { name: 'd', weights: { ratings: { v1: 100 } } },
  ],
};

const targets = (stage: number, hosts: readonly string[]) =>
  gateTargets(spec.services, effectiveWeights(spec.stages, stage), { hosts });

const judged = (stage: number, ...hosts: string[]) =>
  targets(stage, hosts).map(({ host, subset }) => `${host} ${subset}`);

describe('a gate judges', () => {
  it('the stable subset where nothing else is routed', () =>
    expect(judged(0, 'reviews')).toEqual(['reviews v1']));
  it('every routed candidate, and not the stable one beside them', () => {
    expect(judged(1, 'reviews')).toEqual(['reviews v2', 'reviews v3']);
  });
  it('a candidate that took all', () => expect(judged(2, 'reviews')).toEqual(['reviews v3']));
  it('what an earlier stage left routed', () =>
    expect(judged(3, 'reviews', 'ratings')).toEqual(['ratings v1', 'reviews v3']));
  it('by the labels of the subset', () => {
    expect(targets(2, ['reviews'])[0]?.labels).toEqual({ version: 'v3' });
  });
});

describe('a target is compared with', () => {
  const besides = (stage: number, host: string) =>
    targets(stage, [host]).map(
      (target) => stableBeside(spec.services, effectiveWeights(spec.stages, stage), target)?.subset ?? null,
    );

  it('the stable subset beside it', () => expect(besides(1, 'reviews')).toEqual(['v1', 'v1']));
  it('nothing where it took all', () => expect(besides(2, 'reviews')).toEqual([null]));
  it('nothing where it is the stable subset', () => expect(besides(0, 'reviews')).toEqual([null]));
});
