import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { toolTimeout } from '../support/tools.ts';
import { canaryDocument, rolloutDocument } from './support/document.ts';
import { Environment } from './support/environment.ts';
import { capacity, failure, isShifted, World } from './support/world.ts';

jest.setTimeout(60_000);

let environment: Environment;
beforeAll(async () => {
  environment = await Environment.start();
}, toolTimeout);
afterAll(() => environment.end());

const destinationRule = {
  apiVersion: 'networking.istio.io/v1',
  kind: 'DestinationRule',
  name: 'reviews',
  namespace: 'default',
};

const failing = (behaviour: ConstructorParameters<typeof World>[0] = {}): World => {
  const world: World = new World({
    watchStage: (args) => world.watch(args, args.workflowStage === 'v3-50' ? 'fail' : 'pass'),
    ...behaviour,
  });
  return world;
};

describe('every shift', () => {
  it('is told how many pods carried the requests when the services were claimed', async () => {
    const world = new World();
    await environment.run(world, canaryDocument());
    expect(world.shiftArguments.map((args) => args.capacity)).toEqual(Array(4).fill(capacity));
    expect(world.shiftArguments.map((args) => args.restoring)).toEqual(Array(4).fill(undefined));
  });
});

describe('the time that proxies have', () => {
  it('is that of the spec, for subsets that are declared and for those that are removed', async () => {
    const told: Record<string, number> = {};
    const world = failing({
      applySubsets: ({ observeTimeout }) => {
        told.apply = observeTimeout;
        return Promise.resolve({ created: [destinationRule], warnings: [] });
      },
      removeSubsets: ({ observeTimeout }) => {
        told.remove = observeTimeout;
        return Promise.resolve();
      },
    });
    await environment.run(world, rolloutDocument({ onFailure: 'remove', observeTimeout: 7_000 }));
    expect(told).toEqual({ apply: 7_000, remove: 7_000 });
  });
});

describe('putting traffic back', () => {
  it('is told what the first shift of each host found', async () => {
    const world = failing();
    await environment.run(world, canaryDocument());
    expect(world.shiftArguments.at(-1)).toMatchObject({
      restoring: true,
      capacity,
      previous: {
        ratings: [{ virtualService: 'ratings-0' }],
        reviews: [{ virtualService: 'reviews-0' }],
      },
    });
  });

  it('is told what the claim found of a host whose first shift did not end', async () => {
    const claimed = [{ virtualService: 'reviews-at-claim', namespace: 'default', routes: [] }];
    const world: World = new World({
      claimTargets: () => Promise.resolve({ capacity, previous: { reviews: claimed }, warnings: [] }),
      shiftTraffic: (args) =>
        args.restoring ? world.shift(args) : failure('DeadlineExceeded', 'not seen in a proxy'),
    });
    await environment.run(world, canaryDocument());
    expect(world.shiftArguments.at(-1)?.previous).toEqual({ reviews: claimed });
  });
});

describe('what somebody should look at', () => {
  it('is in the status once, whoever says it', async () => {
    const said = { capacity, previous: {}, warnings: ['a delegate'] };
    const world: World = failing({
      claimTargets: () => Promise.resolve(said),
      checkGates: () => Promise.resolve({ warnings: ['Prometheus does not answer'] }),
      shiftTraffic: async (args) => ({ ...(await world.shift(args)), warnings: ['a delegate', 'few pods'] }),
    });
    const { status, details } = await environment.run(world, canaryDocument());
    expect(status.warnings).toEqual(['a delegate', 'Prometheus does not answer', 'few pods']);
    expect(details).toContain('**Warnings**\n- a delegate\n- Prometheus does not answer\n- few pods');
  });
});

describe('gates that cannot say anything', () => {
  it('fail the run before its first change', async () => {
    const world = new World({
      checkGates: () => failure('InvalidTarget', 'gate p99: Prometheus refuses the query'),
    });
    const { result } = await environment.run(world, canaryDocument());
    expect(result).toMatchObject({ outcome: 'Failed', reason: 'gate p99: Prometheus refuses the query' });
    expect(world.calls.slice(-2)).toEqual(['checkGates', 'releaseTargets']);
    expect(world.shifts.filter(isShifted)).toEqual([]);
  });
});
