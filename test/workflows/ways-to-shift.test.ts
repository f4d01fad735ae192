import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { RequestMatch } from '../../domain/diversions.ts';
import { toolTimeout } from '../support/tools.ts';
import { canaryDocument, stages, stagesWith } from './support/document.ts';
import { Environment } from './support/environment.ts';
import { World } from './support/world.ts';

jest.setTimeout(60_000);

let environment: Environment;
beforeAll(async () => {
  environment = await Environment.start();
}, toolTimeout);
afterAll(() => environment.end());

const yes: RequestMatch = { headers: { 'x-tester': { exact: 'yes' } } };
const testers = [{ subset: 'v3', matches: [yes] }];
const none = { subset: 'v3', percent: 0 };

/** Copies in stage one, testers from stage two on; v3 has everybody in stage four. */
const diverting = stages.map((stage, index) => ({
  ...stage,
  ...(index === 0 && { mirror: { reviews: { v3: 20 } } }),
  ...(index === 1 && { match: { reviews: { v3: [yes] } } }),
}));

const expected = [
  { reviews: { testers: [], mirror: { subset: 'v3', percent: 20 } } },
  { reviews: { testers, mirror: none } },
  { reviews: { testers, mirror: none } },
  { reviews: { testers: [], mirror: none } },
];

describe('what stages divert', () => {
  it('is part of every shift and of every watch', async () => {
    const world = new World();
    await environment.run(world, canaryDocument({ stages: diverting }));
    expect(world.shiftArguments.map(({ diversions }) => diversions)).toEqual(expected);
    expect(world.watches.map(({ diversions }) => diversions)).toEqual(expected);
  });

  it('is known before the first change, and ended by a roll back', async () => {
    const claims: unknown[] = [];
    const world: World = new World({
      claimTargets: ({ diversions }) => {
        claims.push(diversions);
        return Promise.resolve({ capacity: {}, previous: {}, warnings: [] });
      },
      watchStage: (args) => world.watch(args, args.workflowStage === 'v3-50' ? 'fail' : 'pass'),
    });
    await environment.run(world, canaryDocument({ stages: diverting }));
    expect(claims).toEqual([{ reviews: { testers, mirror: none } }]);
    expect(world.shiftArguments.at(-1)).toMatchObject({
      restoring: true,
      diversions: { reviews: { testers: [], mirror: none } },
    });
  });

  it('is shifted for a host whose weights the stage does not name', async () => {
    const world = new World();
    const ratings = { ...stages[1], weights: { ratings: { v1: 100 } } };
    const changed = stagesWith(1, { ...ratings, match: { reviews: { v3: [yes] } } });
    await environment.run(world, canaryDocument({ stages: changed }));
    expect(world.shiftArguments[1]?.weights).toEqual({
      reviews: { v1: 100, v2: 0, v3: 0 },
      ratings: { v1: 100 },
    });
  });

  it('is nothing where no stage says so', async () => {
    const world = new World();
    await environment.run(world, canaryDocument());
    expect(world.shiftArguments.map(({ diversions }) => diversions)).toEqual(Array(4).fill({}));
    expect(world.calls).not.toContain('applyPreviews');
  });
});

describe('a preview', () => {
  const subsets = ['v1', 'v2', 'v3'].map((name) => ({
    name,
    labels: { version: name },
    ...(name === 'v3' && { preview: 'reviews-preview' }),
  }));
  const services = [
    { host: 'ratings', subsets: subsets.slice(0, 1), stable: 'v1' },
    { host: 'reviews', subsets, stable: 'v1' },
  ];

  it.each([
    ['promoted', 'pass'],
    ['rolled back', 'fail'],
  ] as const)('is open from before stage one until the rollout is %s', async (_, verdict) => {
    const world: World = new World({ watchStage: (args) => world.watch(args, verdict) });
    await environment.run(world, canaryDocument({ services }));
    const order = world.calls.filter((name) =>
      /Previews|shiftTraffic|removeObjects|releaseTargets/.test(name),
    );
    expect(order.slice(0, 2)).toEqual(['applyPreviews', 'shiftTraffic']);
    expect(order.slice(-2)).toEqual(['removeObjects', 'releaseTargets']);
    expect(world.removed).toEqual(['Service']);
  });
});
