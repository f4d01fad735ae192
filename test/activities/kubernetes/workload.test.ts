import { describe, expect, it } from '@jest/globals';
import { explainWorkload, isWorkload, workloadLack } from '../../../activities/kubernetes/index.ts';
import { labelSelector, type Workload } from '../../../activities/kubernetes/object.ts';
import { FakeCluster } from '../support/fake-cluster.ts';
import { deployment, pod, warning } from '../support/objects.ts';

function workload(kind: string, spec: Workload['spec'], status: Workload['status'] = {}): Workload {
  const apiVersion = kind === 'Job' ? 'batch/v1' : 'apps/v1';
  const metadata = { name: 'db', namespace: 'shop', generation: 2 };
  return { apiVersion, kind, metadata, spec, status: { observedGeneration: 2, ...status } };
}

describe('what a workload lacks', () => {
  it.each<[string, string, Workload['spec'], Workload['status'], string | null]>([
    ['a change', 'StatefulSet', {}, { observedGeneration: 1 }, 'its change has not been taken up yet'],
    [
      'current pods',
      'StatefulSet',
      { replicas: 2 },
      { updatedReplicas: 1 },
      '1 of 2 pods are of the current version',
    ],
    ['ready pods', 'StatefulSet', {}, { updatedReplicas: 1 }, '0 of 1 pods are available'],
    ['nothing', 'StatefulSet', {}, { updatedReplicas: 1, availableReplicas: 1 }, null],
    [
      'nothing beside its partition',
      'StatefulSet',
      { replicas: 3, updateStrategy: { rollingUpdate: { partition: 2 } } },
      { updatedReplicas: 1, availableReplicas: 3 },
      null,
    ],
    ['a change', 'DaemonSet', {}, { observedGeneration: 1 }, 'its change has not been taken up yet'],
    [
      'current pods',
      'DaemonSet',
      {},
      { desiredNumberScheduled: 2 },
      '0 of 2 pods are of the current version',
    ],
    [
      'ready pods',
      'DaemonSet',
      { updateStrategy: { type: 'OnDelete' } },
      { desiredNumberScheduled: 2, numberAvailable: 1 },
      '1 of 2 pods are available',
    ],
    ['nothing where no node takes it', 'DaemonSet', {}, {}, null],
    ['its end', 'Job', {}, {}, 'it has not completed'],
    ['nothing', 'Job', {}, { conditions: [{ type: 'Complete', status: 'True' }] }, null],
    ['nothing while it is suspended', 'Job', { suspend: true }, {}, null],
  ])('%s: a %s', (_what, kind, spec, status, lack) => {
    expect(workloadLack(workload(kind, spec, status))).toBe(lack);
  });

  it('is no question of what runs no pods', () => {
    expect(isWorkload({ apiVersion: 'v1', kind: 'Service' })).toBe(false);
    expect(isWorkload({ apiVersion: 'example.com/v1', kind: 'Job' })).toBe(false);
    expect(isWorkload({ apiVersion: 'batch/v1', kind: 'Job' })).toBe(true);
  });
});

describe('why a workload is not ready', () => {
  it('is told with the events of it and of its pods', async () => {
    const starting = { name: 'app', ready: false, restartCount: 0, state: { running: {} } };
    const unready = pod('web', 'shop', { status: { phase: 'Running', containerStatuses: [starting] } });
    const client = new FakeCluster(
      unready,
      warning(
        { kind: 'Pod', name: 'web-abc', namespace: 'shop' },
        'Unhealthy',
        'Readiness probe failed: 503',
      ),
      warning({ kind: 'Deployment', name: 'web', namespace: 'shop' }, 'FailedCreate', 'exceeded quota'),
    );
    await expect(
      explainWorkload(client, deployment('web', 'shop'), '0 of 1 pods are available'),
    ).resolves.toBe(
      'Deployment shop/web: 0 of 1 pods are available; FailedCreate: exceeded quota; ' +
        'pod shop/web-abc, container app: running but not ready, 0 restarts; ' +
        'pod shop/web-abc: Unhealthy: Readiness probe failed: 503',
    );
  });
});

describe('a selector of pods', () => {
  it('is written as the API takes it', () => {
    const matchExpressions = [
      { key: 'tier', operator: 'In', values: ['web', 'api'] },
      { key: 'env', operator: 'NotIn', values: ['test'] },
      { key: 'release', operator: 'Exists' },
      { key: 'legacy', operator: 'DoesNotExist' },
    ] as const;
    expect(labelSelector({ matchLabels: { app: 'shop' }, matchExpressions })).toBe(
      'app=shop,tier in (web,api),env notin (test),release,!legacy',
    );
  });
});
