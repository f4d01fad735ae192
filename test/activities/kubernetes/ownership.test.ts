import { describe, expect, it } from '@jest/globals';
import { applyMarked, createdByAnnotation } from '../../../activities/kubernetes/index.ts';
import { asActivity } from '../support/activity.ts';
import { FakeCluster } from '../support/fake-cluster.ts';
import { namespace } from '../support/objects.ts';

const object = namespace('shop');
const markOfRun1 = 'rollout/lab/default/reviews@run-1';

function marksIn(cluster: FakeCluster) {
  return cluster.objects.get('Namespace/shop')?.metadata.annotations?.[createdByAnnotation];
}

describe('an applied object', () => {
  it('that was not there is marked, and created', async () => {
    const cluster = new FakeCluster();
    await expect(asActivity(() => applyMarked(cluster, object))).resolves.toMatchObject({ created: true });
    expect(marksIn(cluster)).toBe(markOfRun1);
  });

  it('is created also in the second attempt of the run that made it', async () => {
    const cluster = new FakeCluster();
    await asActivity(() => applyMarked(cluster, object));
    await expect(asActivity(() => applyMarked(cluster, object))).resolves.toMatchObject({ created: true });
  });

  it('that somebody else made is neither marked nor created', async () => {
    const cluster = new FakeCluster(object);
    await expect(asActivity(() => applyMarked(cluster, object))).resolves.toMatchObject({ created: false });
    expect(marksIn(cluster)).toBeUndefined();
  });

  it('of an earlier run of the same workflow id keeps its mark and is not created', async () => {
    const cluster = new FakeCluster();
    await asActivity(() => applyMarked(cluster, object), 'run-1');
    await expect(asActivity(() => applyMarked(cluster, object), 'run-2')).resolves.toMatchObject({
      created: false,
    });
    expect(marksIn(cluster)).toBe(markOfRun1);
  });
});
