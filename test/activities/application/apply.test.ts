import { describe, expect, it } from '@jest/globals';
import { createApplicationActivities } from '../../../activities/application/index.ts';
import { bundle } from '../../../manifests/bundles.ts';
import type { ObjectRef } from '../../../domain/rollout.ts';
import type { ServiceSpec } from '../../../domain/spec/document.ts';
import { asActivity } from '../support/activity.ts';
import { FakeCluster, keyOf } from '../support/fake-cluster.ts';
import { connection, ingress } from '../support/objects.ts';

/** Versions by Services of their own, as well as by labels. */
const reviews: ServiceSpec = {
  host: 'reviews',
  stable: 'v1',
  subsets: ['v1', 'v2'].map((name) => ({ name, labels: { version: name }, service: `reviews-${name}` })),
};

const bookinfo = { bundle: 'bookinfo' } as const;
const input = { connection, application: bookinfo, namespace: 'shop', services: [reviews] };
const objects = bundle('bookinfo').objects('shop');

function apply(client: FakeCluster, runId?: string) {
  const { applyApplication } = createApplicationActivities({ clients: () => client });
  return asActivity(() => applyApplication(input), runId);
}

describe('applyApplication', () => {
  it('applies the objects of the bundle in their order, and created them all', async () => {
    const client = new FakeCluster();
    const { created } = await apply(client);
    expect(created).toHaveLength(objects.length);
    expect(client.log).toEqual(created.map((ref) => `apply ${keyOf(ref)}`));
  });

  it('created them too when an attempt before was lost half-way', async () => {
    const client = new FakeCluster();
    await apply(client);
    for (const key of [...client.objects.keys()].slice(3)) client.objects.delete(key);
    await expect(apply(client)).resolves.toHaveProperty('created.length', objects.length);
  });

  it('did not create what was there before, or what an earlier run made', async () => {
    const [first, second] = objects;
    const client = new FakeCluster();
    if (first !== undefined) client.put(first);
    const { created } = await apply(client);
    expect(created).not.toContainEqual(expect.objectContaining({ name: first?.metadata.name }));
    expect(created).toContainEqual(expect.objectContaining({ name: second?.metadata.name }));
    await expect(apply(client, 'run-2')).resolves.toEqual({ created: [] });
  });
});

describe('applyGateway', () => {
  it.each([
    ['the port that the proxy of the ingress gateway listens on', [ingress({ spec: portTo(18080) })], 18080],
    ['8080 where the Service names the port', [ingress({ spec: portTo('http') })], 8080],
    ['8080 where there is no ingress gateway', [], 8080],
  ])('opens %s', async (_title, present, port) => {
    const client = new FakeCluster(...present);
    const { applyGateway } = createApplicationActivities({ clients: () => client });
    const { created } = await asActivity(() =>
      applyGateway({ connection, namespace: 'shop', bundle: 'bookinfo' }),
    );
    expect(created.map(({ kind }) => kind)).toEqual(['Gateway', 'VirtualService']);
    expect(client.objects.get('Gateway/shop/bookinfo-gateway')).toMatchObject({
      spec: { servers: [{ port: { number: port } }] },
    });
  });
});

it('opens the gateway by v1beta1 where the mesh serves nothing newer, and removes that again', async () => {
  const client = new FakeCluster();
  client.isNamespaced = (ref) =>
    Promise.resolve((ref as ObjectRef).apiVersion === 'networking.istio.io/v1' ? null : true);
  const { applyGateway, abandonGateway } = createApplicationActivities({ clients: () => client });
  const target = { connection, namespace: 'shop', bundle: 'bookinfo' } as const;
  const { created } = await asActivity(() => applyGateway(target));
  expect(created.map(({ apiVersion }) => apiVersion)).toEqual(Array(2).fill('networking.istio.io/v1beta1'));
  await expect(asActivity(() => abandonGateway(target))).resolves.toHaveLength(2);
});

function portTo(targetPort: number | string) {
  return { ports: [{ name: 'http2', port: 80, targetPort }] };
}
