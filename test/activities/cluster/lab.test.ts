import { afterEach, describe, expect, it } from '@jest/globals';
import { createClusterActivities } from '../../../activities/cluster/index.ts';
import { createdByAnnotation } from '../../../activities/kubernetes/index.ts';
import { asActivity } from '../support/activity.ts';
import { depsWith } from '../support/deps.ts';
import { FakeCluster } from '../support/fake-cluster.ts';
import { fakeProgram } from '../support/fake-program.ts';
import { namespace } from '../support/objects.ts';

const answer = {
  name: 'blue',
  address: '127.70.0.1',
  kubeconfig: '/state/kubeconfig',
  context: 'sluice-lab',
  prometheus: 'http://127.70.0.1:9090',
  istio: { istioctl: '/tools/istioctl', set: ['meshConfig.enableAutoMtls=false'] },
  temporal: null,
  stateDir: '/state',
};
const up = `record(args.join(' ')); console.error('etcd is ready'); console.log(${JSON.stringify(JSON.stringify(answer))})`;
const cluster = { provider: 'lab', name: 'blue' } as const;
const scheduled = Date.parse('2026-11-20T10:00:00.900Z');

let lab: Awaited<ReturnType<typeof fakeProgram>> | undefined;

afterEach(async () => {
  await lab?.remove();
  lab = undefined;
});

async function activitiesWith(body: string, client = new FakeCluster()) {
  lab = await fakeProgram(body);
  return createClusterActivities(depsWith(() => client, [lab.path, 'main.ts']));
}

function clusterOf(creationTimestamp: string): FakeCluster {
  return new FakeCluster(namespace('kube-system', { creationTimestamp }));
}

async function ensure(client: FakeCluster, runId?: string) {
  const activities = await activitiesWith(up, client);
  return asActivity(() => activities.ensureCluster({ cluster }), runId, { scheduledTimestampMs: scheduled });
}

describe('a cluster of the lab', () => {
  it('is brought up by the command line of the lab, and reached as that says', async () => {
    await expect(ensure(clusterOf('2026-11-20T09:00:00Z'))).resolves.toEqual({
      provider: 'lab',
      name: 'blue',
      kubeconfig: '/state/kubeconfig',
      context: 'sluice-lab',
      created: false,
      prometheus: 'http://127.70.0.1:9090',
      istio: { set: answer.istio.set },
    });
    await expect(lab?.recorded()).resolves.toEqual(['main.ts up --only cluster --name blue --output json']);
  });

  it('that is younger than the activity was created by it, in every attempt of the run', async () => {
    const client = clusterOf('2026-11-20T10:00:00Z');
    await expect(ensure(client)).resolves.toMatchObject({ created: true });
    await expect(ensure(client)).resolves.toMatchObject({ created: true });
    expect(client.objects.get('Namespace/kube-system')?.metadata.annotations?.[createdByAnnotation]).toMatch(
      /@run-1$/,
    );
  });

  it('that another run created is not created by this one', async () => {
    const client = clusterOf('2026-11-20T10:00:05Z');
    await ensure(client, 'run-1');
    await expect(ensure(client, 'run-2')).resolves.toMatchObject({ created: false });
  });

  it('that was there before is left without a mark', async () => {
    const client = clusterOf('2026-11-20T09:59:59Z');
    await expect(ensure(client)).resolves.toMatchObject({ created: false });
    expect(client.log).toEqual([]);
  });

  it('that cannot be brought up says what the lab said, and may be tried again', async () => {
    const activities = await activitiesWith('console.error("no etcd: build it"); process.exit(1)');
    await expect(asActivity(() => activities.ensureCluster({ cluster }))).rejects.toMatchObject({
      nonRetryable: false,
      message: 'lab up failed: no etcd: build it',
    });
  });

  it('goes down by the command line too', async () => {
    const activities = await activitiesWith('record(args.join(" "))');
    const connection = { ...answer, provider: 'lab', created: true };
    await asActivity(() => activities.deleteCluster({ connection }));
    await expect(lab?.recorded()).resolves.toEqual(['main.ts down --only cluster --name blue']);
  });

  it('cannot come from a lab that is not there', async () => {
    const activities = createClusterActivities(depsWith(() => new FakeCluster(), ['/nonexistent/lab']));
    await expect(asActivity(() => activities.ensureCluster({ cluster }))).rejects.toMatchObject({
      type: 'ToolMissing',
    });
  });
});
