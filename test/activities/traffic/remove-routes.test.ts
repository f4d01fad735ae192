import { describe, expect, it } from '@jest/globals';
import { refOf, type KubeObject } from '../../../activities/kubernetes/index.ts';
import { createTrafficActivities } from '../../../activities/traffic/index.ts';
import type { RemoveRoutesInput } from '../../../activities/traffic/index.ts';
import { asActivity } from '../support/activity.ts';
import { connection, made } from '../support/objects.ts';
import { destinationRule, FakeMesh, service, versionPod, virtualService } from './fake-mesh.ts';
import { httpRoute, ref, servedAt } from './gateway-api/fixtures.ts';

const subsets = ['v1', 'v2'].map((name) => ({ name, labels: { version: name } }));
const rule = destinationRule('reviews', { host: 'reviews', subsets });
const routeTo = (...to: object[]) =>
  made(virtualService('reviews', { hosts: ['reviews'], http: [{ route: to }] }));
const part = (subset: string, weight: number) => ({ destination: { host: 'reviews', subset }, weight });

function meshOf(...objects: KubeObject[]): FakeMesh {
  return new FakeMesh(service('reviews'), versionPod('v1'), versionPod('v2'), rule, ...objects);
}

function remove(mesh: FakeMesh, object: KubeObject, more: Partial<RemoveRoutesInput> = {}): Promise<void> {
  const { removeRoutes } = createTrafficActivities(mesh.deps());
  const input = { connection, objects: [refOf(object)], leaving: [refOf(object), refOf(rule)] };
  return asActivity(() => removeRoutes({ ...input, ...more }));
}

describe('a route stays', () => {
  it.each<[string, KubeObject, KubeObject[]]>([
    ['a VirtualService', routeTo(part('v1', 100), part('v2', 0)), []],
    [
      'an HTTPRoute',
      httpRoute('reviews', { backendRefs: [ref('reviews-v1', 100), ref('reviews-v2', 0)] }),
      [{ ...servedAt('reviews-v1'), spec: { selector: { version: 'v1' } } } as KubeObject],
    ],
  ])('that keeps requests from pods of another version: %s', async (_, object, more) => {
    const mesh = meshOf(object, ...more);
    const removing = remove(mesh, object);
    await expect(removing).rejects.toMatchObject({ type: 'InvalidTarget', nonRetryable: true });
    await expect(removing).rejects.toThrow(
      `${object.kind} default/reviews stays: without it requests to reviews would reach reviews-v2, too`,
    );
    expect(mesh.objects.has(`${object.kind}/default/reviews`)).toBe(true);
  });

  it('and keeps no other from going', async () => {
    const other = made(virtualService('other', { hosts: ['ratings'], http: [] }));
    const mesh = meshOf(routeTo(part('v1', 100)), other);
    await expect(remove(mesh, other, { objects: [refOf(routeTo()), refOf(other)] })).rejects.toThrow(
      'VirtualService default/reviews stays',
    );
    expect(mesh.objects.has('VirtualService/default/other')).toBe(false);
  });
});

describe('a route goes', () => {
  const held = routeTo(part('v1', 100));
  const gone = (mesh: FakeMesh) => !mesh.objects.has('VirtualService/default/reviews');

  it('where all ready pods are of the versions that it leads to', async () => {
    const mesh = meshOf(held, versionPod('v2', 'False'));
    await remove(mesh, held);
    expect(gone(mesh)).toBe(true);
  });

  it('where it leads to all of them', async () => {
    const both = routeTo(part('v1', 50), part('v2', 50));
    const mesh = meshOf(both);
    await remove(mesh, both);
    expect(gone(mesh)).toBe(true);
  });

  it('with its Service', async () => {
    const mesh = meshOf(held);
    await remove(mesh, held, { leaving: [refOf(service('reviews'))] });
    expect(gone(mesh)).toBe(true);
  });

  it('where somebody says so', async () => {
    const mesh = meshOf(held);
    await remove(mesh, held, { releaseTraffic: true });
    expect(gone(mesh)).toBe(true);
  });

  it('also twice', async () => {
    const mesh = meshOf();
    await remove(mesh, held);
    expect(gone(mesh)).toBe(true);
  });
});
