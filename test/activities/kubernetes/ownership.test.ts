import { describe, expect, it } from '@jest/globals';
import {
  applyMarked,
  createdByAnnotation,
  type KubeObject,
  refOf,
} from '../../../activities/kubernetes/index.ts';
import { apiFailure } from '../../../activities/kubernetes/failure.ts';
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

  it('that a lost attempt has applied is not written again, whatever controllers did to it since', async () => {
    const cluster = new FakeCluster();
    await asActivity(() => applyMarked(cluster, object));
    const [stored] = cluster.objects.values();
    if (stored === undefined) throw new Error('nothing was stored');
    const metadata = { ...stored.metadata, resourceVersion: '7' };
    cluster.put({ ...stored, metadata, status: { phase: 'Active' } } as KubeObject);
    await expect(asActivity(() => applyMarked(cluster, object))).resolves.toMatchObject({ created: true });
    expect(cluster.log).toEqual(['apply Namespace/shop']);
  });

  it('that somebody has changed since is written again', async () => {
    const cluster = new FakeCluster();
    const labelled = namespace('shop', { labels: { team: 'web' } });
    await asActivity(() => applyMarked(cluster, labelled));
    await cluster.merge(refOf(object), { metadata: { labels: { team: 'other' } } });
    await asActivity(() => applyMarked(cluster, labelled));
    expect(cluster.log.filter((line) => line.startsWith('apply'))).toHaveLength(2);
    expect(cluster.objects.get('Namespace/shop')?.metadata.labels).toEqual({ team: 'web' });
  });

  it('whose values are right, but not the fields that are ours, is written again', async () => {
    const cluster = new FakeCluster();
    await asActivity(() => applyMarked(cluster, object));
    const [stored] = cluster.objects.values();
    const own = { manager: 'sluice', operation: 'Apply', fieldsV1: { 'f:metadata': {} } } as const;
    cluster.preview = <T extends KubeObject>() =>
      Promise.resolve({ ...stored, metadata: { ...stored?.metadata, managedFields: [own] } } as unknown as T);
    await asActivity(() => applyMarked(cluster, object));
    expect(cluster.log).toHaveLength(2);
  });

  it('that a webhook cannot preview is written', async () => {
    const cluster = new FakeCluster(object);
    const message = 'admission webhook "w" does not support dry run';
    const status = { code: 400, reason: 'BadRequest', message, causes: [] };
    cluster.preview = () => Promise.reject(apiFailure('apply Namespace shop', status));
    await asActivity(() => applyMarked(cluster, object));
    expect(cluster.log).toEqual(['apply Namespace/shop']);
  });

  it('is not written where the server cannot say what that would change', async () => {
    const cluster = new FakeCluster(object);
    const status = { code: 503, reason: '', message: 'away', causes: [] };
    cluster.preview = () => Promise.reject(apiFailure('apply Namespace shop', status));
    await expect(asActivity(() => applyMarked(cluster, object))).rejects.toThrow('away');
    expect(cluster.log).toEqual([]);
  });
});
