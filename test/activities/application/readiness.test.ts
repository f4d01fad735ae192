import { describe, expect, it } from '@jest/globals';
import { createApplicationActivities } from '../../../activities/application/index.ts';
import { hasSidecar } from '../../../activities/application/sidecars.ts';
import type { KubeObject } from '../../../activities/kubernetes/index.ts';
import { bundle } from '../../../manifests/bundles.ts';
import { activityEnvironment, asActivity } from '../support/activity.ts';
import { FakeCluster } from '../support/fake-cluster.ts';
import { connection, deployment, pod } from '../support/objects.ts';

const input = { connection, application: { bundle: 'bookinfo' }, namespace: 'shop' } as const;
const names = bundle('bookinfo').deployments;

function healthy(): KubeObject[] {
  return names.flatMap((name) => [deployment(name, 'shop'), pod(name, 'shop')]);
}

function activityOn(...objects: KubeObject[]) {
  const { awaitApplication } = createApplicationActivities({ clients: () => new FakeCluster(...objects) });
  return () => awaitApplication(input);
}

async function awaited(...objects: KubeObject[]): Promise<unknown> {
  const { environment, heartbeats } = activityEnvironment();
  setTimeout(() => environment.cancel(), 1_200).unref();
  await expect(environment.run(activityOn(...objects))).rejects.toThrow('CANCELLED');
  return heartbeats.at(-1);
}

describe('awaitApplication', () => {
  it('ends when every Deployment is Available and every pod has its sidecar', async () => {
    await expect(asActivity(activityOn(...healthy()))).resolves.toEqual({
      workloads: names.map((name) => `Deployment shop/${name}`),
    });
  });

  it('names a Deployment that is not there', async () => {
    const objects = healthy().filter(({ metadata }) => metadata.name !== 'reviews-v3');
    await expect(awaited(...objects)).resolves.toBe('there is no Deployment shop/reviews-v3');
  });

  it('names pod, container and reason where a Deployment makes no progress', async () => {
    const waiting = { reason: 'CrashLoopBackOff' };
    const containerStatuses = [{ name: 'reviews', ready: false, restartCount: 4, state: { waiting } }];
    const crashed = pod('reviews-v3', 'shop', { status: { phase: 'Running', containerStatuses } });
    const lacking = deployment('reviews-v3', 'shop', { availableReplicas: 0 });
    await expect(awaited(...healthy(), crashed, lacking)).resolves.toBe(
      'Deployment shop/reviews-v3: 0 of 1 pods are available; ' +
        'pod shop/reviews-v3-abc, container reviews: waiting, CrashLoopBackOff',
    );
  });

  it('fails for good with the remedy where a pod has no sidecar', async () => {
    const bare = pod('reviews-v3', 'shop', { spec: { containers: [{ name: 'reviews' }] } });
    await expect(asActivity(activityOn(...healthy(), bare))).rejects.toMatchObject({
      type: 'CheckFailed',
      nonRetryable: true,
      message: expect.stringMatching(/pod shop\/reviews-v3-abc: created before .*kubectl rollout restart/),
    });
  });
});

describe('a sidecar', () => {
  const proxy = { name: 'istio-proxy', restartPolicy: 'Always' };
  const app = { name: 'app' };

  it('is native too, and then an init container that stays', () => {
    expect(hasSidecar(pod('a', 'shop', { spec: { containers: [app], initContainers: [proxy] } }))).toBe(true);
  });

  it('is not an init container that ends', () => {
    const initContainers = [{ name: 'istio-proxy' }];
    expect(hasSidecar(pod('a', 'shop', { spec: { containers: [app], initContainers } }))).toBe(false);
  });
});
