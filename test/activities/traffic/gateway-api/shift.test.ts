import { describe, expect, it } from '@jest/globals';
import {
  checkDrift,
  createTrafficActivities,
  type PreviousRouting,
} from '../../../../activities/traffic/index.ts';
import type { Weights } from '../../../../domain/rollout.ts';
import { asActivity } from '../../support/activity.ts';
import { connection } from '../../support/objects.ts';
import type { FakeMesh } from '../fake-mesh.ts';
import { by, http, httpRoute, followedMesh, meshOf, ref, servedAt, sidecarRules } from './fixtures.ts';

const key = 'HTTPRoute/default/reviews';
const stage: Weights = { reviews: { v1: 90, v2: 10 } };
const stable: Weights = { reviews: { v1: 100 } };
const testers = {
  matches: [{ headers: [{ name: 'tester', value: 'yes' }] }],
  backendRefs: [ref('reviews-v2')],
};

function shift(mesh: FakeMesh, weights = stage, observeTimeout = 2_000) {
  const { shiftTraffic } = createTrafficActivities(mesh.deps());
  return asActivity(() => shiftTraffic({ connection, ...by, weights, observeTimeout }));
}

function restore(mesh: FakeMesh, previous: PreviousRouting = {}) {
  const { shiftTraffic } = createTrafficActivities(mesh.deps());
  const input = {
    connection,
    ...by,
    weights: stable,
    observeTimeout: 2_000,
    previous,
    restoring: true,
  } as const;
  return asActivity(() => shiftTraffic(input));
}

const check = (mesh: FakeMesh, reassert = true) =>
  asActivity(() => checkDrift(mesh, { ...by, weights: stage, reassert, at: '2026-01-31T12:00:00.000Z' }));

const backendsIn = (mesh: FakeMesh, name = key) =>
  (mesh.spec(name).rules as { backendRefs: { name: string; weight: number }[] }[]).map(({ backendRefs }) =>
    backendRefs.map((one) => `${one.name} ${one.weight}`).join(', '),
  );

describe('a shift by the Gateway API', () => {
  it('makes an HTTPRoute where there is none, once', async () => {
    const mesh = followedMesh();
    expect((await shift(mesh)).created).toMatchObject([{ kind: 'HTTPRoute', name: 'reviews' }]);
    await shift(mesh);
    expect(mesh.writes).toEqual([`apply ${key}`]);
    expect(backendsIn(mesh)).toEqual(['reviews-v1 90, reviews-v2 10']);
  });

  it('makes one for every port for HTTP, for an HTTPRoute cannot tell ports apart', async () => {
    const mesh = followedMesh(
      servedAt('reviews', http, { name: 'http-admin', port: 8000 }, { name: 'tcp-raw', port: 1 }),
    );
    const { created } = await shift(mesh);
    expect(created.map(({ name }) => name)).toEqual(['reviews', 'reviews-8000']);
    expect(mesh.spec('HTTPRoute/default/reviews-8000')).toMatchObject({
      parentRefs: [{ name: 'reviews', port: 8000 }],
      rules: [
        {
          backendRefs: [
            { name: 'reviews-v1', port: 8000 },
            { name: 'reviews-v2', port: 8000 },
          ],
        },
      ],
    });
  });

  it("changes the weights of a user's alone, and tells what they were", async () => {
    const mesh = followedMesh(
      httpRoute('mine', testers, { backendRefs: [ref('reviews')], timeouts: { request: '3s' } }),
    );
    const { created, previous } = await shift(mesh);
    expect(created).toEqual([]);
    expect(previous.reviews).toMatchObject([
      { httpRoute: 'mine', rules: [{ matches: [], backendRefs: [ref('reviews')] }] },
    ]);
    expect(backendsIn(mesh, 'HTTPRoute/default/mine')).toEqual([
      'reviews-v2 1',
      'reviews-v1 90, reviews-v2 10',
    ]);
    await restore(mesh, previous);
    expect(backendsIn(mesh, 'HTTPRoute/default/mine')).toEqual(['reviews-v2 1', 'reviews-v1 100']);
    expect(mesh.spec('HTTPRoute/default/mine')).toMatchObject({
      rules: [{}, { timeouts: { request: '3s' } }],
    });
  });

  it('is done when the proxies have the rules, known by their names in whatever order', async () => {
    const mesh = meshOf(httpRoute('mine', testers, { backendRefs: [ref('reviews')] }));
    const everybody = (weights: object) =>
      sidecarRules({ 'default.mine.1': { ...weights }, 'default.mine.0': { v2: 100 } });
    mesh.proxy('productpage', (asked) => everybody(asked < 2 ? { '': 100 } : { v1: 90, v2: 10 }));
    await shift(mesh);
    expect(mesh.log.filter((line) => line.startsWith('exec productpage'))).toHaveLength(3);
  });

  it('names what a proxy still has', async () => {
    const mesh = meshOf();
    mesh.proxy('productpage', () => sidecarRules({ default: { '': 100 } }));
    await expect(shift(mesh, stage, 300)).rejects.toThrow('has reviews (any version) 100');
    const wrong = meshOf();
    wrong.proxy('productpage', () => sidecarRules({ 'default.reviews.0': { v1: 100 } }));
    await expect(shift(wrong, stage, 300)).rejects.toThrow('has reviews v1 100');
  });
});

describe('drift of an HTTPRoute', () => {
  it('is found, told with its writer, and written over', async () => {
    const mesh = followedMesh();
    await shift(mesh);
    expect(await check(mesh)).toEqual([]);
    mesh.edit(key, { rules: [{ backendRefs: [ref('reviews-v3')] }] });
    expect(await check(mesh)).toMatchObject([
      {
        object: 'HTTPRoute default/reviews',
        manager: expect.stringContaining('kubectl-edit'),
        found: { v3: 100 },
        reasserted: true,
      },
    ]);
    expect(backendsIn(mesh)).toEqual(['reviews-v1 90, reviews-v2 10']);
  });

  it('is one that is gone', async () => {
    const mesh = followedMesh();
    await shift(mesh);
    mesh.objects.delete(key);
    expect(await check(mesh)).toMatchObject([
      { object: 'the HTTPRoute of reviews in default', reasserted: false },
    ]);
  });

  it('is left alone once traffic was put back', async () => {
    const mesh = followedMesh();
    await shift(mesh);
    await restore(mesh);
    expect(await check(mesh)).toMatchObject([{ reasserted: false }]);
    expect(backendsIn(mesh)).toEqual(['reviews-v1 100']);
  });
});
