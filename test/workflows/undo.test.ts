import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { TeardownResult } from '../../workflows/messages.ts';
import { toolTimeout } from '../support/tools.ts';
import { canaryDocument, rolloutDocument } from './support/document.ts';
import { Environment, until } from './support/environment.ts';
import { endless, failure, isShifted, World } from './support/world.ts';

jest.setTimeout(30_000);

let environment: Environment;
beforeAll(async () => {
  environment = await Environment.start();
}, toolTimeout);
afterAll(() => environment.end());

const removing = rolloutDocument({ onFailure: 'remove' });

/** Fails the third stage's gate. */
function failing(behaviour: ConstructorParameters<typeof World>[0] = {}): World {
  const world: World = new World({
    watchStage: (args) => world.watch(args, world.watches.length === 2 ? 'fail' : 'pass', 'success rate 0.5'),
    ...behaviour,
  });
  return world;
}

describe('a run that removes what it made', () => {
  it('restores traffic first, then removes newest first', async () => {
    const world = failing();
    const { result } = await environment.run(world, removing);
    expect(result.outcome).toBe('RolledBack');
    expect(world.shifts.at(-1)).toEqual({ ratings: { v1: 100 }, reviews: { v1: 100 } });
    expect(world.removed).toEqual([
      'VirtualService',
      'DestinationRule',
      'Gateway',
      'Deployment',
      'mesh',
      'label',
      'cluster',
    ]);
    expect(result.undone.map(({ name, outcome }) => `${name} ${outcome}`)).toEqual([
      'traffic done',
      'routes done',
      'subsets done',
      'gateway done',
      'application done',
      'mesh done',
      'namespace label done',
      'cluster done',
    ]);
  });

  it('removes Services of versions after the HTTPRoutes to them, and before the application', async () => {
    const service = { apiVersion: 'v1', kind: 'Service', name: 'reviews-v1', namespace: 'default' };
    const world = failing({ applySubsets: () => Promise.resolve({ created: [service], warnings: [] }) });
    const document = rolloutDocument({ onFailure: 'remove', routing: 'gateway-api' });
    const { result } = await environment.run(world, document);
    expect(world.shiftArguments.map(({ routing }) => routing)).toContain('gateway-api');
    expect(result.created.backends).toEqual([service]);
    expect(result.created.objects).not.toContainEqual(service);
    expect(world.removed.slice(0, 3)).toEqual(['VirtualService', 'Service', 'Gateway']);
  });

  it('removes add-ons after the application and before the mesh', async () => {
    const world = failing();
    const addons = { install: ['kiali'], expose: ['kiali'] } as const;
    const { result } = await environment.run(world, rolloutDocument({ onFailure: 'remove', addons }));
    const { addons: listed } = result.created;
    expect(listed).toEqual([{ apiVersion: 'v1', kind: 'Deployment', name: 'kiali', namespace: 'default' }]);
    expect(world.removed.slice(-5)).toEqual(['Deployment', 'add-ons', 'mesh', 'label', 'cluster']);
  });

  it('leaves what was there before', async () => {
    const world: World = failing({
      installMesh: () =>
        Promise.resolve({ version: '1.29.0', created: false, revision: 'default', findings: [] }),
      labelNamespace: () => Promise.resolve({ created: false }),
      applyApplication: () => Promise.resolve({ created: [] }),
    });
    const { result } = await environment.run(world, removing);
    expect(world.removed).toEqual(['VirtualService', 'DestinationRule', 'Gateway', 'cluster']);
    expect(result.undone.map(({ name }) => name)).not.toContain('mesh');
  });

  it('goes on when one removal fails, and reports it', async () => {
    const world: World = failing({
      uninstallMesh: () => failure('AccessDenied', 'may not delete deployments'),
      removeObjects: () => failure('AccessDenied', 'may not delete'),
      removeRoutes: () => failure('AccessDenied', 'may not delete'),
      removeSubsets: () => failure('InvalidTarget', 'subsets are still in use'),
    });
    const { result } = await environment.run(world, removing);
    expect(result.outcome).toBe('RolledBack');
    expect(world.removed).toEqual(['label', 'cluster']);
    expect(result.undone).toContainEqual({
      name: 'mesh',
      outcome: 'failed',
      reason: 'may not delete deployments',
    });
    expect(result.undone.filter(({ outcome }) => outcome === 'failed')).toHaveLength(5);
  });

  it('waits for an interrupted step to stop, and removes what it made in spite of all', async () => {
    let installed = false;
    const world: World = new World({
      installMesh: async () => {
        await endless().catch(() => undefined);
        await new Promise((done) => setTimeout(done, 200));
        installed = true;
        return { version: '1.29.0', created: true, revision: 'default', findings: [] };
      },
      uninstallMesh: () => {
        expect(installed).toBe(true);
        world.removed.push('mesh');
        return Promise.resolve();
      },
    });
    const { result } = await environment.run(world, removing, async (handle) => {
      await until(handle, ({ step }) => step.startsWith('installing'));
      await handle.signal('abort');
    });
    expect(result.outcome).toBe('Aborted');
    expect(world.removed).toEqual(['mesh', 'cluster']);
  });

  it.each([
    ['applying bookinfo', 'application', 'applyApplication', 'abandonApplication'],
    ['applying kiali', 'add-ons', 'applyAddons', 'abandonAddons'],
    ['installing', 'mesh', 'installMesh', 'abandonMesh'],
  ] as const)('takes back what an interrupted step has left: %s', async (words, name, begun, abandoned) => {
    const world = new World({ [begun]: endless, [abandoned]: () => Promise.resolve(['Service default/a']) });
    const addons = { install: ['kiali'], expose: [] } as const;
    const document = rolloutDocument({ onFailure: 'remove', addons });
    const { result } = await environment.run(world, document, async (handle) => {
      await until(handle, ({ step }) => step.startsWith(words));
      await handle.signal('abort');
    });
    const reason = 'removed, it was not finished: Service default/a';
    expect(result.undone[0]).toEqual({ name, outcome: 'done', reason });
    expect(world.removed.at(-1)).toBe('cluster');
  });

  it('says so when it does not know what an interrupted step made', async () => {
    const world = new World({ ensureCluster: endless });
    const { result } = await environment.run(world, removing, async (handle) => {
      await until(handle, ({ step }) => step.startsWith('bringing up'));
      await handle.signal('abort');
    });
    expect(result.undone[0]).toMatchObject({ name: 'cluster', outcome: 'failed' });
    expect(result.undone[0]?.reason).toContain('not known');
    expect(world.removed).toEqual([]);
  });

  it('removes nothing after promotion', async () => {
    const world = new World();
    const { result } = await environment.run(world, removing);
    expect(result).toMatchObject({ outcome: 'Promoted', undone: [] });
    expect(world.removed).toEqual([]);
  });
});

describe('a run that keeps what it made', () => {
  it('only restores traffic', async () => {
    const world = failing();
    const { result } = await environment.run(world, rolloutDocument());
    expect(world.removed).toEqual([]);
    expect(result.undone.map(({ name }) => name)).toEqual(['traffic']);
  });
});

describe('traffic that cannot be put back', () => {
  it('is tried again when proxies do not follow in time', async () => {
    let late = 2;
    const world: World = failing({
      shiftTraffic: (args) =>
        world.shifts.length > 2 && late-- > 0
          ? failure('DeadlineExceeded', '1 of 3 proxies has other weights')
          : world.shift(args),
    });
    const { result } = await environment.run(world, canaryDocument());
    expect(result).toMatchObject({ outcome: 'RolledBack', undone: [{ name: 'traffic', outcome: 'done' }] });
  });

  it('is not said of traffic that was put back, but for one route or proxy', async () => {
    const trouble = 'traffic was put back, but not by all routes: VirtualService default/b (denied)';
    const world: World = failing({
      shiftTraffic: (args) => (args.restoring ? failure('InvalidTarget', trouble) : world.shift(args)),
    });
    const { result } = await environment.run(world, canaryDocument());
    expect(result).toMatchObject({ outcome: 'Failed', reason: `stage v3-50: success rate 0.5; ${trouble}` });
  });

  it('makes the run a failure, and is reported', async () => {
    const world: World = failing({
      shiftTraffic: (args) =>
        world.shifts.length > 2 && !isShifted(args.weights)
          ? failure('AccessDenied', 'may not patch virtualservices')
          : world.shift(args),
    });
    const { result } = await environment.run(world, canaryDocument());
    expect(result.outcome).toBe('Failed');
    expect(result.reason).toBe(
      'stage v3-50: success rate 0.5; traffic was not put back: may not patch virtualservices',
    );
    expect(result.undone).toEqual([
      { name: 'traffic', outcome: 'failed', reason: 'may not patch virtualservices' },
    ]);
    expect(world.calls.at(-1)).toBe('releaseTargets');
  });
});

describe('teardown', () => {
  it('removes what the ledger of a run lists, who uses something before it', async () => {
    const run = new World();
    const addons = { install: ['kiali'], expose: [] } as const;
    const { status } = await environment.run(run, rolloutDocument({ addons }));
    const world = new World({ unlabelNamespace: () => failure('AccessDenied', 'no') });
    const result = await environment.withWorker(world, async (taskQueue) => {
      const { connection, created } = status;
      const input = { connection, namespace: 'default', created };
      return (await (await environment.start('teardown', taskQueue, [input])).result()) as TeardownResult;
    });
    expect(world.removed).toEqual([
      'VirtualService',
      'DestinationRule',
      'Deployment,Gateway',
      'add-ons',
      'mesh',
      'cluster',
    ]);
    expect(result.undone.map(({ name, outcome }) => `${name} ${outcome}`)).toEqual([
      'routes done',
      'subsets done',
      'application done',
      'add-ons done',
      'mesh done',
      'namespace label failed',
      'cluster done',
    ]);
  });

  it.each([
    [{ mesh: false }, {}, false],
    [{ mesh: false }, { releaseTraffic: true }, true],
    [{ mesh: true }, {}, true],
  ])(
    'keeps a route that keeps traffic where it is, with its mesh: %j %j',
    async (made, more, releaseTraffic) => {
      const told: unknown[] = [];
      const world = new World({
        removeRoutes: (args) => {
          told.push(args);
          return failure('InvalidTarget', 'VirtualService default/reviews stays');
        },
      });
      const route = { apiVersion: 'v1', kind: 'VirtualService', name: 'reviews', namespace: 'default' };
      const created = { cluster: false, namespaceLabel: false, objects: [route], ...made };
      const result = await environment.withWorker(world, async (taskQueue) => {
        const input = { connection: null, namespace: 'default', created, ...more };
        return (await (await environment.start('teardown', taskQueue, [input])).result()) as TeardownResult;
      });
      expect(told).toMatchObject([{ objects: [route], leaving: [route], releaseTraffic }]);
      expect(result.undone[0]).toEqual({
        name: 'routes',
        outcome: 'failed',
        reason: 'VirtualService default/reviews stays',
      });
    },
  );

  it('removes nothing where its input is wrong', async () => {
    const world = new World({ checkTeardown: () => failure('InvalidInput', 'connection.name: missing') });
    const input = { connection: {}, namespace: 'default', created: { cluster: true, objects: [] } };
    const ending = environment.withWorker(world, async (taskQueue) => {
      const handle = await environment.start('teardown', taskQueue, [input]);
      return (await handle.result()) as TeardownResult;
    });
    await expect(ending).rejects.toMatchObject({
      cause: { message: expect.stringContaining('connection.name: missing') },
    });
    expect(world.removed).toEqual([]);
  });

  it('touches nothing that the run did not make', async () => {
    const world = new World();
    const result = await environment.withWorker(world, async (taskQueue) => {
      const created = { cluster: false, mesh: false, namespaceLabel: false, objects: [] };
      const handle = await environment.start('teardown', taskQueue, [
        { connection: null, namespace: 'default', created },
      ]);
      return (await handle.result()) as TeardownResult;
    });
    expect(result.undone).toEqual([]);
    expect(world.calls).toEqual(['checkTeardown']);
  });
});

it('replays every history of these tests', async () => {
  expect(await environment.replayAll()).toBeGreaterThanOrEqual(8);
});

describe('an EKS cluster that was not finished', () => {
  const names = { name: 'ekslab', region: null, profile: null, kubeconfig: null };
  const cluster = {
    provider: 'eks',
    ...names,
    existing: false,
    version: '1.35',
    managedNodeGroups: [],
    config: {},
  } as const;

  it.each(['keep', 'remove'] as const)('is removed with onFailure: %s', async (onFailure) => {
    const asked: unknown[] = [];
    const world = new World({
      ensureCluster: () => failure('CreationFailed', 'no capacity for c5.large'),
      abandonCluster: (args) => {
        asked.push(args);
        return Promise.resolve(['eksctl-ekslab-cluster']);
      },
    });
    const { result } = await environment.run(world, rolloutDocument({ cluster, onFailure }));
    expect(result).toMatchObject({ outcome: 'Failed', reason: expect.stringContaining('no capacity') });
    expect(asked).toEqual([{ cluster }]);
    expect(result.undone).toEqual([
      { name: 'cluster', outcome: 'done', reason: 'removed, it was not finished: eksctl-ekslab-cluster' },
    ]);
    expect(world.removed).toEqual([]);
  });

  it('is no matter of the undo when the run has made nothing of it', async () => {
    const world = new World({
      ensureCluster: () => failure('InvalidTarget', 'the name is taken'),
      abandonCluster: () => Promise.resolve([]),
    });
    const { result } = await environment.run(world, rolloutDocument({ cluster }));
    expect(result).toMatchObject({ outcome: 'Failed', undone: [] });
  });
});
