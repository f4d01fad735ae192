import { describe, expect, it } from '@jest/globals';
import { checkDrift, createTrafficActivities } from '../../../activities/traffic/index.ts';
import type { Drift, Weights } from '../../../domain/rollout.ts';
import { asActivity } from '../support/activity.ts';
import { connection } from '../support/objects.ts';
import { followed, reviews, virtualService, type FakeMesh } from './fake-mesh.ts';

const at = '2026-01-31T12:00:00.000Z';
const key = 'VirtualService/default/reviews';
const stage: Weights = { reviews: { v1: 90, v2: 10 } };
const ratings = { ...reviews, host: 'ratings' };
/** The mark of the run that these tests act as. */
const ours = 'rollout/lab/default/reviews@run-1';
const stable: Weights = { reviews: { v1: 100 } };

function shift(mesh: FakeMesh, weights: Weights, restoring = false, runId = 'run-1') {
  const { shiftTraffic } = createTrafficActivities(mesh.deps());
  const input = {
    connection,
    namespace: 'default',
    services: [reviews, ratings],
    observeTimeout: 1_000,
    weights,
  };
  const back = { restoring: true as const, previous: {} };
  return asActivity(() => shiftTraffic({ ...input, ...(restoring ? back : {}) }), runId);
}

function check(mesh: FakeMesh, reassert = true, weights = stage): Promise<Drift[]> {
  return asActivity(() =>
    checkDrift(mesh, { namespace: 'default', services: [reviews, ratings], weights, reassert, at }),
  );
}

const to = (subset: string, weight: number) => ({ destination: { host: 'reviews', subset }, weight });

/** A mesh whose reviews are held at the stage's weights by this run. */
async function held(...objects: Parameters<typeof followed>): Promise<FakeMesh> {
  const mesh = followed(...objects);
  await shift(mesh, stage);
  return mesh;
}

function routesOf(mesh: FakeMesh): unknown[] {
  return (mesh.spec(key).http as { route: unknown }[]).map(({ route }) => route);
}

describe('weights that somebody else changed', () => {
  it('are reported with who it was, and put right', async () => {
    const mesh = await held();
    mesh.edit(key, { http: [{ route: [to('v1', 0), to('v2', 100)] }] });
    const [drift, ...more] = await check(mesh);
    expect(more).toEqual([]);
    expect(drift).toMatchObject({
      host: 'reviews',
      object: 'VirtualService default/reviews',
      manager: expect.stringMatching(/^kubectl-edit \(Update, 20.*Z\)$/),
      found: { v2: 100 },
      reasserted: true,
    });
    expect(routesOf(mesh)).toEqual([[to('v1', 90), to('v2', 10)]]);
    expect(await check(mesh)).toEqual([]);
  });

  it('are just reported where people are to decide', async () => {
    const mesh = await held();
    mesh.edit(key, { http: [{ route: [to('v2', 100)] }] });
    const before = mesh.writes.length;
    expect(await check(mesh, false)).toMatchObject([{ found: { v2: 100 }, reasserted: false }]);
    expect(mesh.writes).toHaveLength(before);
  });

  it('are no route for testers that was added', async () => {
    const mesh = await held();
    const match = [{ headers: { tester: { exact: 'yes' } } }];
    const http = [{ match, route: [to('v2', 100)] }, { route: [to('v1', 90), to('v2', 10)] }];
    mesh.edit(key, { http });
    expect(await check(mesh)).toEqual([]);
    expect(mesh.spec(key).http).toEqual(http);
  });

  it('are an object that was added and leads to the service', async () => {
    const mesh = await held();
    mesh.put(
      virtualService('shop', {
        hosts: ['shop.example.com'],
        gateways: ['shop'],
        http: [{ route: [to('v2', 100)] }],
      }),
    );
    expect(await check(mesh)).toMatchObject([{ object: 'VirtualService default/shop', reasserted: false }]);
  });

  it('are an object that takes the requests of the service elsewhere', async () => {
    const mesh = await held();
    mesh.edit(key, { http: [{ redirect: { uri: '/' } }] });
    expect(await check(mesh)).toMatchObject([{ found: null, reasserted: false }]);
  });

  it('are weights on a route that was added, too', async () => {
    const mesh = await held();
    const match = [{ uri: { prefix: '/api' } }];
    mesh.edit(key, { http: [{ match, route: [to('v2', 100)] }, { route: [to('v1', 90), to('v2', 10)] }] });
    expect(await check(mesh)).toMatchObject([{ found: { v2: 100 }, reasserted: true }]);
    expect(mesh.spec(key).http).toMatchObject([{ match, route: [{ weight: 10 }, { weight: 90 }] }, {}]);
  });

  it('are no other changes of a route', async () => {
    const mesh = await held();
    mesh.edit(key, { http: [{ timeout: '3s', route: [to('v1', 90), to('v2', 10)] }], exportTo: ['.'] });
    expect(await check(mesh)).toEqual([]);
    expect(mesh.spec(key)).toMatchObject({ http: [{ timeout: '3s' }] });
  });

  it('are put right by one write for all hosts of an object', async () => {
    const http = ['reviews', 'ratings'].map((host) => ({ route: [{ destination: { host, subset: 'v1' } }] }));
    const mesh = followed(virtualService('reviews', { hosts: ['reviews', 'ratings'], http }));
    const both = { ...stage, ratings: { v1: 50, v2: 50 } };
    await shift(mesh, stage);
    await shift(mesh, { ratings: { v1: 50, v2: 50 } });
    mesh.edit(key, { http });
    const before = mesh.writes.length;
    expect(await check(mesh, true, both)).toMatchObject([
      { host: 'reviews', reasserted: true },
      { host: 'ratings', reasserted: true },
    ]);
    expect(mesh.writes).toHaveLength(before + 1);
    expect(await check(mesh, true, both)).toEqual([]);
  });

  it('are read again when somebody writes in between', async () => {
    const mesh = await held();
    mesh.edit(key, { http: [{ route: [to('v2', 100)] }] });
    let meddled = false;
    mesh.beforeApply = () => {
      if (meddled) return;
      meddled = true;
      mesh.edit(key, { http: [{ route: [to('v3', 100)] }] }, 'argocd');
    };
    expect(await check(mesh)).toMatchObject([{ found: { v3: 100 }, reasserted: true }]);
    expect(routesOf(mesh)).toEqual(
      [[to('v1', 90), to('v2', 10)]].map((route) => expect.arrayContaining(route)),
    );
  });
});

describe('foreign weights with a forged mark', () => {
  const http = [{ route: [to('v2', 100)] }];

  it.each([
    [
      'of another run',
      { by: 'rollout/x@run-9', weights: { reviews: { v2: 100 } } },
      /mark of rollout\/x@run-9$/,
    ],
    ['of this run, with other weights', { by: ours, weights: { reviews: { v2: 100 } } }, /kubectl-edit/],
    ['that controls terminals', { by: '\u001b[31mx', weights: {} }, /mark of \[31mx$/],
    ['of another shape', { by: ours, weights: null }, /kubectl-edit/],
    ['that is no document', 'null', /kubectl-edit/],
  ])('are reported, and left to the workflow: %s', async (_, forged, manager) => {
    const mesh = await held();
    mesh.edit(key, { http });
    const object = mesh.objects.get(key);
    const annotation = typeof forged === 'string' ? forged : JSON.stringify(forged);
    Object.assign(object?.metadata ?? {}, { annotations: { 'sluice.dev/steering': annotation } });
    const [drift, ...more] = await check(mesh);
    expect(more).toEqual([]);
    expect(drift).toMatchObject({ found: { v2: 100 }, reasserted: false });
    expect(drift?.manager).toMatch(manager);
    expect(routesOf(mesh)).toEqual([[to('v2', 100)]]);
  });

  it('are reported where even the field manager is forged', async () => {
    const mesh = await held();
    mesh.edit(key, { http }, 'sluice');
    const object = mesh.objects.get(key);
    Object.assign(object?.metadata ?? {}, { annotations: {} });
    expect(await check(mesh)).toMatchObject([{ found: { v2: 100 }, reasserted: false }]);
  });
});

describe('what a watch that comes late must leave alone', () => {
  it('is a later stage of its own run, and what somebody makes of that', async () => {
    const mesh = await held();
    await shift(mesh, { reviews: { v1: 50, v2: 50 } });
    expect(await check(mesh)).toMatchObject([{ reasserted: false }]);
    expect(routesOf(mesh)).toEqual([[to('v1', 50), to('v2', 50)]]);
    mesh.edit(key, { http: [{ route: [to('v2', 100)] }] });
    expect(await check(mesh)).toMatchObject([{ reasserted: false }]);
    expect(routesOf(mesh)).toEqual([[to('v2', 100)]]);
  });

  it('is traffic that was put back', async () => {
    const mesh = await held();
    await shift(mesh, stable, true);
    expect(await check(mesh)).toMatchObject([{ reasserted: false }]);
    expect(routesOf(mesh)).toEqual([[to('v1', 100)]]);
  });

  it('is traffic that somebody had put back before the run did', async () => {
    const mesh = await held();
    mesh.edit(key, { http: [{ route: [to('v1', 100)] }] });
    await shift(mesh, stable, true);
    await check(mesh);
    expect(routesOf(mesh)).toEqual([[to('v1', 100)]]);
  });

  it('is what somebody writes after traffic was put back', async () => {
    const mesh = await held();
    await shift(mesh, stable, true);
    mesh.edit(key, { http: [{ route: [to('v3', 100)] }] });
    expect(await check(mesh)).toMatchObject([{ reasserted: false }]);
    expect(routesOf(mesh)).toEqual([[to('v3', 100)]]);
  });

  it('is what another run steers', async () => {
    const mesh = await held();
    await shift(mesh, stable, false, 'run-2');
    expect(await check(mesh)).toMatchObject([{ reasserted: false }]);
    expect(routesOf(mesh)).toEqual([[to('v1', 100)]]);
  });

  it('is an object that is gone: this run itself may have removed it', async () => {
    const mesh = await held();
    mesh.objects.delete(key);
    expect(await check(mesh)).toMatchObject([
      { host: 'reviews', manager: 'unknown', found: null, reasserted: false },
    ]);
    expect(mesh.objects.has(key)).toBe(false);
  });
});

it('routes that cannot take weights any more are reported, and left', async () => {
  const mesh = await held();
  const mixed = [to('v1', 50), { destination: { host: 'legacy' }, weight: 50 }];
  mesh.edit(key, { http: [{ route: mixed }] });
  expect(await check(mesh)).toMatchObject([{ found: { v1: 100 }, reasserted: false }]);
  expect(routesOf(mesh)).toEqual([mixed]);
});
