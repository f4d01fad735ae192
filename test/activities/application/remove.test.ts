import { describe, expect, it } from '@jest/globals';
import { createApplicationActivities } from '../../../activities/application/index.ts';
import { refOf } from '../../../activities/kubernetes/index.ts';
import { activityEnvironment, asActivity } from '../support/activity.ts';
import { FakeCluster } from '../support/fake-cluster.ts';
import { connection, deployment, ingress, made, pod } from '../support/objects.ts';

const present = [made(ingress()), made(deployment('reviews-v1', 'shop')), pod('other', 'shop')];
const objects = present.slice(0, 2).map(refOf);

function removeFrom(client: FakeCluster) {
  const { removeObjects } = createApplicationActivities({ clients: () => client });
  return () => removeObjects({ connection, objects });
}

describe('abandonApplication', () => {
  const application = { bundle: 'bookinfo' } as const;
  const activitiesOn = (client: FakeCluster) => createApplicationActivities({ clients: () => client });

  it.each(['application', 'gateway'] as const)(
    'removes what this run made of the %s, and nothing else',
    async (part) => {
      const theirs = deployment('reviews-v1', 'shop');
      const client = new FakeCluster(theirs);
      const target = { connection, application, namespace: 'shop' };
      const opening = { connection, namespace: 'shop', bundle: 'bookinfo' } as const;
      const { applyApplication, applyGateway, ...abandon } = activitiesOn(client);
      await asActivity(() => applyApplication({ ...target, services: [] }));
      await asActivity(() => applyGateway(opening));
      const before = client.objects.size;
      const again = () =>
        part === 'gateway' ? abandon.abandonGateway(opening) : abandon.abandonApplication(target);
      await expect(asActivity(again, 'run-2')).resolves.toEqual([]);
      const removed = await asActivity(again);
      expect(removed).toContain(
        part === 'gateway' ? 'Gateway shop/bookinfo-gateway' : 'Service shop/reviews',
      );
      expect(removed).not.toContain('Deployment shop/reviews-v1');
      expect(client.objects.size).toBe(before - removed.length);
      await expect(asActivity(again)).resolves.toEqual([]);
    },
  );
});

describe('removeObjects', () => {
  it('deletes just the objects that are named, newest first', async () => {
    const client = new FakeCluster(...present);
    await asActivity(removeFrom(client));
    expect(client.log).toEqual([
      'remove Deployment/shop/reviews-v1',
      'remove Service/istio-system/istio-ingressgateway',
    ]);
    expect([...client.objects.keys()]).toEqual(['Pod/shop/other-abc']);
  });

  it('leaves what no run made, whatever the ledger says, and names it', async () => {
    const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'tls', namespace: 'shop' } };
    const client = new FakeCluster(...present, secret);
    const { removeObjects } = createApplicationActivities({ clients: () => client });
    const forged = [...objects, refOf(secret), { apiVersion: 'v1', kind: 'Namespace', name: 'gone' }];
    await expect(asActivity(() => removeObjects({ connection, objects: forged }))).rejects.toMatchObject({
      type: 'InvalidTarget',
      nonRetryable: true,
      message: 'left as no run of Sluice made it (no annotation sluice.dev/created-by): Secret shop/tls',
    });
    expect([...client.objects.keys()]).toEqual(['Pod/shop/other-abc', 'Secret/shop/tls']);
  });

  it('is fine where they are gone', async () => {
    await expect(asActivity(removeFrom(new FakeCluster()))).resolves.toBeUndefined();
  });

  it('waits until they are gone, names what remains and deletes once', async () => {
    const client = new FakeCluster(...present);
    client.stuck.add('Deployment/shop/reviews-v1');
    const { environment, heartbeats } = activityEnvironment();
    setTimeout(() => environment.cancel(), 1_200).unref();
    await expect(environment.run(removeFrom(client))).rejects.toThrow('CANCELLED');
    expect(heartbeats.at(-1)).toBe('still there: Deployment shop/reviews-v1');
    expect(client.log).toHaveLength(2);
  });
});
