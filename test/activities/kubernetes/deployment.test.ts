import { describe, expect, it } from '@jest/globals';
import { deploymentLack, explainWorkload, podTroubles } from '../../../activities/kubernetes/index.ts';
import { FakeCluster } from '../support/fake-cluster.ts';
import { deployment, pod } from '../support/objects.ts';

describe('a Deployment', () => {
  it('lacks nothing when all its pods are current and available', () => {
    expect(deploymentLack(deployment('reviews-v1', 'shop'))).toBeNull();
  });

  it.each([
    [{ observedGeneration: 0 }, 'its change has not been taken up yet'],
    [{ updatedReplicas: 0 }, '0 of 1 pods are of the current version'],
    [{ replicas: 2 }, 'pods of an earlier version are still there'],
    [{ availableReplicas: 0 }, '0 of 1 pods are available'],
  ])('with %j lacks something', (status, lack) => {
    expect(deploymentLack(deployment('reviews-v1', 'shop', status))).toBe(lack);
  });

  it('is explained down to pod, container, state and reason', async () => {
    const waiting = { reason: 'ErrImagePull', message: 'no such image' };
    const stuck = pod('reviews-v1', 'shop', {
      status: {
        phase: 'Pending',
        containerStatuses: [{ name: 'app', ready: false, restartCount: 0, state: { waiting } }],
      },
    });
    const lacking = deployment('reviews-v1', 'shop');
    await expect(explainWorkload(new FakeCluster(stuck), lacking, 'no pods')).resolves.toBe(
      'Deployment shop/reviews-v1: no pods; pod shop/reviews-v1-abc, container app: waiting, ErrImagePull, no such image',
    );
  });

  it('whose pods are refused says by whom', async () => {
    const conditions = [
      { type: 'ReplicaFailure', status: 'True', message: 'failed calling webhook "sidecar"' } as const,
    ];
    const refused = deployment('reviews-v1', 'shop', { conditions });
    await expect(explainWorkload(new FakeCluster(), refused, 'no pods')).resolves.toContain(
      'failed calling webhook',
    );
  });
});

describe('a pod', () => {
  it('that runs has no troubles', () => {
    expect(podTroubles(pod('a', 'shop'))).toEqual([]);
  });

  it('that no node took says so', () => {
    const conditions = [
      { type: 'PodScheduled', status: 'False', message: '0/2 nodes are available' } as const,
    ];
    expect(podTroubles(pod('a', 'shop', { status: { phase: 'Pending', conditions } }))).toEqual([
      'pod shop/a-abc: 0/2 nodes are available',
    ]);
  });

  it('with a container that crashed gives its exit code, one that ended well is no trouble', () => {
    const ended = (exitCode: number) => ({
      name: 'init',
      ready: false,
      restartCount: 0,
      state: { terminated: { exitCode, reason: 'Error' } },
    });
    const withInit = (exitCode: number) =>
      pod('a', 'shop', { status: { phase: 'Running', initContainerStatuses: [ended(exitCode)] } });
    expect(podTroubles(withInit(1))).toEqual([
      'pod shop/a-abc, container init: ended with exit code 1, Error',
    ]);
    expect(podTroubles(withInit(0))).toEqual([]);
  });
});
