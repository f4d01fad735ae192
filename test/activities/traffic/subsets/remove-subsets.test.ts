import { describe, expect, it } from '@jest/globals';
import { refOf } from '../../../../activities/kubernetes/index.ts';
import { createTrafficActivities } from '../../../../activities/traffic/index.ts';
import { asActivity } from '../../support/activity.ts';
import { connection, made } from '../../support/objects.ts';
import {
  destinationRule,
  FakeMesh,
  route,
  routeConfig,
  sidecarRoutes,
  virtualService,
} from '../fake-mesh.ts';

const rule = made(
  destinationRule('reviews', {
    host: 'reviews',
    subsets: ['v1', 'v2'].map((name) => ({ name, labels: { version: name } })),
  }),
);
const key = 'DestinationRule/default/reviews';

const removals = (mesh: FakeMesh) => mesh.writes.filter((line) => line.startsWith('remove'));

function removeFrom(mesh: FakeMesh, observeTimeout = 1_000): Promise<void> {
  const { removeSubsets } = createTrafficActivities(mesh.deps());
  return asActivity(() => removeSubsets({ connection, objects: [refOf(rule)], observeTimeout }));
}

/** A VirtualService of somebody else that sends to a destination. */
function user(destination: object, namespace = 'default') {
  const object = virtualService('mine', { hosts: ['mine'], http: [{ route: [{ destination }] }] });
  return { ...object, metadata: { ...object.metadata, namespace } };
}

describe('subsets', () => {
  it('are removed once no proxy has a route to them', async () => {
    const mesh = new FakeMesh(rule);
    mesh.proxy('productpage', (asked) => sidecarRoutes(asked < 2 ? { v1: 90, v2: 10 } : { '': 100 }));
    await removeFrom(mesh);
    expect(removals(mesh)).toHaveLength(1);
    expect(mesh.objects.has(key)).toBe(false);
    expect(mesh.log.filter((line) => line.startsWith('exec'))).toHaveLength(3);
    expect(mesh.log.findLastIndex((line) => line.startsWith('exec'))).toBeLessThan(
      mesh.log.indexOf(removals(mesh)[0] ?? ''),
    );
  });

  it('stay while a proxy keeps a route to them, of whatever virtual host', async () => {
    const mesh = new FakeMesh(rule);
    mesh.proxy('ingress', () => [routeConfig('*', route({ v2: 100 }, { origin: 'mine' }))]);
    await expect(removeFrom(mesh, 100)).rejects.toMatchObject({
      type: 'DeadlineExceeded',
      message: expect.stringContaining('has reviews v2 100') as unknown,
    });
    expect(mesh.objects.has(key)).toBe(true);
  });

  it.each([
    ['a route', user({ host: 'reviews', subset: 'v2' })],
    [
      'a route in another namespace',
      user({ host: 'reviews.default.svc.cluster.local', subset: 'v2' }, 'shop'),
    ],
    ['a mirror', virtualService('mine', { http: [{ mirror: { host: 'reviews', subset: 'v2' } }] })],
    [
      'one of several mirrors',
      virtualService('mine', { http: [{ mirrors: [{ destination: { host: 'reviews', subset: 'v2' } }] }] }),
    ],
    [
      'a tcp route',
      virtualService('mine', { tcp: [{ route: [{ destination: { host: 'reviews', subset: 'v2' } }] }] }),
    ],
  ])('stay where %s of a VirtualService names one', async (_, object) => {
    const mesh = new FakeMesh(rule, object);
    await expect(removeFrom(mesh)).rejects.toMatchObject({
      type: 'InvalidTarget',
      nonRetryable: true,
      message: expect.stringContaining('/mine names reviews v2') as unknown,
    });
    expect(removals(mesh)).toEqual([]);
  });

  it.each([
    ['no subset', user({ host: 'reviews' })],
    ['a subset that another rule declares', user({ host: 'reviews', subset: 'v9' })],
    ['the same name in another namespace', user({ host: 'reviews', subset: 'v2' }, 'shop')],
  ])('do not stay for a route that names %s', async (_, object) => {
    const mesh = new FakeMesh(rule, object);
    await removeFrom(mesh);
    expect(removals(mesh)).toHaveLength(1);
  });

  it('that are gone already are fine', async () => {
    const mesh = new FakeMesh(user({ host: 'reviews', subset: 'v2' }));
    await removeFrom(mesh);
    expect(removals(mesh)).toEqual([]);
  });
});
