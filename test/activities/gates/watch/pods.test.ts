import { describe, expect, it } from '@jest/globals';
import { ApplicationFailure } from '@temporalio/activity';
import type { Pod } from '../../../../activities/kubernetes/index.ts';
import { FakeMesh, service, versionPod } from '../../traffic/fake-mesh.ts';
import { heldMesh, startWatch } from './watching.ts';

const weights = { reviews: { v1: 90, v3: 10 } };

/** A mesh with the pods of reviews; what holds them up is in their containers. */
function meshOf(...pods: Pod[]): FakeMesh {
  return new FakeMesh(service('reviews'), ...pods);
}

function killedForMemory(pod: Pod): Pod {
  const state = { terminated: { exitCode: 137, reason: 'OOMKilled' } };
  const status = { name: 'reviews', ready: false, restartCount: 3, state };
  return { ...pod, status: { ...pod.status, phase: 'Running', containerStatuses: [status] } };
}

describe('a candidate that has weight', () => {
  it('and a ready pod is left to the gates', async () => {
    const mesh = meshOf(versionPod('v1'), versionPod('v3'));
    await expect(startWatch({ mesh, weights }).watching).resolves.toMatchObject({ verdict: 'pass' });
  });

  it('and no ready pod fails the stage at once, with what is wrong with its pods', async () => {
    const mesh = meshOf(versionPod('v1'), killedForMemory(versionPod('v3', 'False')));
    const { verdict, reason, endedAt } = await startWatch({ mesh, weights, hold: 60_000 }).watching;
    expect(verdict).toBe('fail');
    expect(reason).toBe(
      'no pod of reviews v3 is ready: pod default/reviews-v3, container reviews: ended with exit code 137, OOMKilled',
    );
    expect(Date.parse(endedAt)).toBeLessThan(Date.now() + 1_000);
  });

  it('and whose pods go away in the hold fails the stage', async () => {
    const mesh = await heldMesh();
    for (const object of [service('reviews'), versionPod('v1'), versionPod('v3')]) mesh.put(object);
    const { watching } = startWatch({ mesh, hold: 60_000 });
    setTimeout(() => mesh.objects.delete('Pod/default/reviews-v3'), 100);
    await expect(watching).resolves.toMatchObject({
      verdict: 'fail',
      reason: 'no pod of reviews v3 is ready: it has none',
    });
  });

  it('is not blamed for pods that cannot be read', async () => {
    const mesh = meshOf(versionPod('v1'), versionPod('v3'));
    mesh.list = () => Promise.reject(ApplicationFailure.retryable('the API server is away'));
    await expect(startWatch({ mesh, weights }).watching).resolves.toMatchObject({ verdict: 'pass' });
  });
});

describe('a stable version without a ready pod', () => {
  it('fails no stage: there is nothing to go back to', async () => {
    const mesh = meshOf(versionPod('v1', 'False'));
    const { watching } = startWatch({ mesh, weights: { reviews: { v1: 100 } } });
    await expect(watching).resolves.toMatchObject({ verdict: 'pass' });
  });
});
