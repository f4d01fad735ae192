import { describe, expect, it } from '@jest/globals';
import { createApplicationActivities } from '../../../activities/application/index.ts';
import { markOf, type KubeObject } from '../../../activities/kubernetes/index.ts';
import type { ApplicationObject } from '../../../domain/spec/application.ts';
import type { ServiceSpec } from '../../../domain/spec/document.ts';
import { asActivity } from '../support/activity.ts';
import { FakeCluster, keyOf } from '../support/fake-cluster.ts';
import { connection, deployment } from '../support/objects.ts';

/** Versions by Services of their own, as well as by labels. */
const reviews: ServiceSpec = {
  host: 'reviews',
  stable: 'v1',
  subsets: ['v1', 'v2'].map((name) => ({ name, labels: { version: name }, service: `reviews-${name}` })),
};

const definition = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'books.shop.example' },
  spec: { group: 'shop.example', names: { kind: 'Book' } },
};
const established = { conditions: [{ type: 'Established', status: 'True' }] };

function object(kind: string, name: string, more: object = {}, apiVersion = 'v1'): ApplicationObject {
  return { apiVersion, kind, metadata: { name }, ...more };
}

const own = [
  object('ConfigMap', 'settings'),
  { ...object('ConfigMap', 'elsewhere'), metadata: { name: 'elsewhere', namespace: 'data' } },
  object('ClusterRole', 'reader', {}, 'rbac.authorization.k8s.io/v1'),
  object('Book', 'errors', {}, 'shop.example/v1'),
  object('Namespace', 'data'),
  definition,
];

/** A cluster that serves the kinds that are defined in it a moment after. */
class ServingCluster extends FakeCluster {
  /** Reads of a definition before it is served. */
  delay = 1;

  override async read<T extends KubeObject>(ref: Parameters<FakeCluster['read']>[0]): Promise<T | null> {
    const found = await super.read<T>(ref);
    if (found === null || ref.kind !== 'CustomResourceDefinition' || (this.delay -= 1) >= 0) return found;
    this.unknownKinds.delete('Book');
    return { ...found, status: established };
  }
}

function activitiesOn(client: FakeCluster) {
  const target = { connection, namespace: 'shop', application: { objects: own }, services: [reviews] };
  const activities = createApplicationActivities({ clients: () => client });
  return {
    apply: (objects: readonly ApplicationObject[] = own, runId = 'run-1') =>
      asActivity(() => activities.applyApplication({ ...target, application: { objects } }), runId),
    abandon: () => asActivity(() => activities.abandonApplication(target)),
    awaitAll: (objects: readonly ApplicationObject[]) =>
      asActivity(() => activities.awaitApplication({ ...target, application: { objects } })),
  };
}

describe("a user's own objects", () => {
  it('go into their namespaces, or the one of the rollout, or none; what others are of comes first', async () => {
    const client = new ServingCluster();
    client.unknownKinds.add('Book');
    const { created } = await activitiesOn(client).apply();
    expect(created.map(keyOf)).toEqual([
      'Namespace/data',
      'CustomResourceDefinition/books.shop.example',
      'ConfigMap/shop/settings',
      'ConfigMap/data/elsewhere',
      'ClusterRole/reader',
      'Book/shop/errors',
    ]);
    expect(client.log).toEqual(created.map((ref) => `apply ${keyOf(ref)}`));
  });

  it('are applied by a manager of their own: what Sluice writes to the same objects stays', async () => {
    const client = new FakeCluster();
    const managers: unknown[] = [];
    client.apply = (applied, manager?: string) => {
      managers.push(manager);
      return Promise.resolve(applied);
    };
    await activitiesOn(client).apply([object('Namespace', 'shop')]);
    expect(managers).toEqual(['sluice-application']);
  });

  it('of a kind that nobody defines stop the step before anything is changed', async () => {
    const client = new FakeCluster();
    client.unknownKinds.add('Certificate');
    const objects = [
      object('ConfigMap', 'settings'),
      object('Certificate', 'shop', {}, 'cert-manager.io/v1'),
    ];
    await expect(activitiesOn(client).apply(objects)).rejects.toMatchObject({
      type: 'InvalidTarget',
      nonRetryable: true,
      message: expect.stringMatching(
        /does not know Certificate of cert-manager.io\/v1 \(shop\): install what defines/,
      ),
    });
    expect(client.log).toEqual([]);
  });

  it('that a step which did not end has left are removed, and just those', async () => {
    const client = new ServingCluster(object('ConfigMap', 'theirs') as KubeObject);
    const { apply, abandon } = activitiesOn(client);
    await apply(own.slice(0, 4), 'run-1');
    await apply(own, 'run-2');
    client.unknownKinds.add('CustomResourceDefinition');
    await expect(abandon()).resolves.toEqual([
      'ConfigMap shop/settings',
      'ConfigMap data/elsewhere',
      'ClusterRole reader',
      'Book shop/errors',
    ]);
    expect([...client.objects.keys()]).toEqual([
      'ConfigMap/theirs',
      'Namespace/data',
      'CustomResourceDefinition/books.shop.example',
    ]);
  });

  const route = (host: string, weight: number) =>
    object('VirtualService', host, { spec: { hosts: [host], http: [weight] } }, 'networking.istio.io/v1');

  it('that route a service of the rollout are made where they are not there, and keep their weights', async () => {
    const client = new FakeCluster();
    const { apply } = activitiesOn(client);
    await apply([route('reviews', 1), route('other', 1)], 'run-1');
    await apply([route('reviews', 2), route('other', 2)], 'run-2');
    const weightOf = (host: string) => client.objects.get(`VirtualService/shop/${host}`)?.spec;
    expect(weightOf('reviews')).toEqual({ hosts: ['reviews'], http: [1] });
    expect(weightOf('other')).toEqual({ hosts: ['other'], http: [2] });
    expect(markOf(client.objects.get('VirtualService/shop/reviews') as KubeObject)).toContain('run-1');
  });

  it('that lead to a service from a gateway keep theirs, whatever their hosts', async () => {
    const ofShop = (weight: number) =>
      object(
        'VirtualService',
        'shop',
        {
          spec: {
            hosts: ['shop.example.com'],
            gateways: ['istio-system/public'],
            http: [{ route: [{ destination: { host: 'reviews.shop.svc.cluster.local' }, weight }] }],
          },
        },
        'networking.istio.io/v1',
      );
    const elsewhere = (weight: number) =>
      object(
        'VirtualService',
        'blog',
        {
          spec: {
            hosts: ['blog.example.com'],
            http: [{ route: [{ destination: { host: 'blog' }, weight }] }],
          },
        },
        'networking.istio.io/v1',
      );
    const ofVersion = (weight: number) =>
      object(
        'HTTPRoute',
        'door',
        {
          spec: {
            parentRefs: [{ name: 'public' }],
            rules: [{ backendRefs: [{ name: 'reviews-v2', port: 80, weight }] }],
          },
        },
        'gateway.networking.k8s.io/v1',
      );
    const client = new FakeCluster();
    const { apply } = activitiesOn(client);
    await apply([ofShop(1), elsewhere(1), ofVersion(1)], 'run-1');
    await apply([ofShop(2), elsewhere(2), ofVersion(2)], 'run-2');
    const weights = (key: string) => JSON.stringify(client.objects.get(key)?.spec).match(/"weight":\d/g);
    expect(weights('VirtualService/shop/shop')).toEqual(['"weight":1']);
    expect(weights('VirtualService/shop/blog')).toEqual(['"weight":2']);
    expect(weights('HTTPRoute/shop/door')).toEqual(['"weight":1']);
  });

  it('that route one by the Gateway API keep theirs too', async () => {
    const route = (name: string, weight: number) => {
      const parentRefs = [{ group: '', kind: 'Service', name }];
      return object(
        'HTTPRoute',
        name,
        { spec: { parentRefs, rules: [weight] } },
        'gateway.networking.k8s.io/v1',
      );
    };
    const client = new FakeCluster();
    const { apply } = activitiesOn(client);
    await apply([route('reviews', 1), route('other', 1)], 'run-1');
    await apply([route('reviews', 2), route('other', 2)], 'run-2');
    const rulesOf = (name: string) => client.objects.get(`HTTPRoute/shop/${name}`)?.spec;
    expect(rulesOf('reviews')).toMatchObject({ rules: [1] });
    expect(rulesOf('other')).toMatchObject({ rules: [2] });
  });

  it('are waited for where they run pods', async () => {
    const objects = ['api', 'web'].map((name) => object('Deployment', name, {}, 'apps/v1'));
    const client = new FakeCluster(deployment('api', 'shop'), deployment('web', 'shop'));
    await expect(activitiesOn(client).awaitAll([...objects, ...own])).resolves.toEqual({
      workloads: ['Deployment shop/api', 'Deployment shop/web'],
    });
  });

  it('are given up at once where a Job of them has failed', async () => {
    const failed = { type: 'Failed', status: 'True', reason: 'BackoffLimitExceeded', message: 'too often' };
    const job = {
      ...object('Job', 'migrate', {}, 'batch/v1'),
      metadata: { name: 'migrate', namespace: 'shop' },
    };
    const client = new FakeCluster({ ...job, spec: {}, status: { conditions: [failed] } } as KubeObject);
    await expect(activitiesOn(client).awaitAll([job])).rejects.toMatchObject({
      type: 'CheckFailed',
      nonRetryable: true,
      message: 'Job shop/migrate failed: too often',
    });
  });
});
