import { describe, expect, it } from '@jest/globals';
import { ApplicationFailure } from '@temporalio/activity';
import { createClusterActivities } from '../../../activities/cluster/index.ts';
import type { KubeObject, Node } from '../../../activities/kubernetes/index.ts';
import { activityEnvironment, asActivity } from '../support/activity.ts';
import { depsWith } from '../support/deps.ts';
import { FakeCluster } from '../support/fake-cluster.ts';
import { connection, pod } from '../support/objects.ts';

function node(name: string, ready: 'True' | 'False' | null, message = ''): Node {
  const conditions = ready === null ? [] : [{ type: 'Ready', status: ready, message }];
  return { apiVersion: 'v1', kind: 'Node', metadata: { name }, status: { conditions } };
}

function activitiesOn(...objects: KubeObject[]) {
  const client = new FakeCluster(...objects);
  const activities = createClusterActivities(depsWith(() => client));
  return { client, activities };
}

/** To a cluster that this run made. */
const made = { ...connection, created: true };

/** What an activity waits for, as its heartbeats say. */
async function awaited(action: () => Promise<unknown>): Promise<unknown> {
  const { environment, heartbeats } = activityEnvironment();
  const waiting = environment.run(action);
  setTimeout(() => environment.cancel(), 1_200);
  await expect(waiting).rejects.toThrow('CANCELLED');
  return heartbeats.at(-1);
}

describe('a cluster for HTTPRoutes', () => {
  it('is refused without the Gateway API, before anything is awaited or put into it', async () => {
    const { activities } = activitiesOn();
    const awaiting = asActivity(() => activities.awaitCluster({ connection, routing: 'gateway-api' }));
    await expect(awaiting).rejects.toMatchObject({
      type: 'InvalidTarget',
      nonRetryable: true,
      message: expect.stringContaining('the cluster has no Gateway API'),
    });
  });
});

describe('nodes', () => {
  it('are awaited until all are Ready', async () => {
    const { activities, client } = activitiesOn(node('a', 'True'), node('b', 'False', 'no network yet'));
    setTimeout(() => client.put(node('b', 'True')), 300);
    await expect(asActivity(() => activities.awaitCluster({ connection: made }))).resolves.toEqual({
      nodes: ['a', 'b'],
      pods: 0,
    });
  });

  it.each([
    [[], 'the cluster has no node'],
    [[node('a', 'True'), node('b', 'False', 'no network')], 'node b is not Ready: no network'],
    [[node('a', null)], 'node a is not Ready: its status is not known yet'],
  ])('%j are not Ready: %s', async (nodes, missing) => {
    const { activities } = activitiesOn(...nodes);
    await expect(awaited(() => activities.awaitCluster({ connection: made }))).resolves.toBe(missing);
  });
});

describe('the pods of kube-system', () => {
  const job = pod('job', 'kube-system', { status: { phase: 'Succeeded' } });
  const pending = (space: string) => pod('dns', space, { status: { phase: 'Pending', message: 'no room' } });

  it('run, or ran to their end', async () => {
    const { activities } = activitiesOn(
      node('a', 'True'),
      pod('proxy', 'kube-system'),
      job,
      pending('elsewhere'),
    );
    await expect(asActivity(() => activities.awaitCluster({ connection: made }))).resolves.toEqual({
      nodes: ['a'],
      pods: 2,
    });
  });

  it('that do not are named', async () => {
    const { activities } = activitiesOn(node('a', 'True'), job, pending('kube-system'));
    await expect(awaited(() => activities.awaitCluster({ connection: made }))).resolves.toBe(
      'pod kube-system/dns-abc: no room',
    );
  });
});

describe('a cluster that was there', () => {
  const cordoned: Node = { ...node('b', 'True'), spec: { unschedulable: true } };

  it('needs one node with room, whatever the others and the system are doing', async () => {
    const stuck = pod('dns', 'kube-system', { status: { phase: 'Pending', message: 'no room' } });
    const { activities } = activitiesOn(node('a', 'True'), cordoned, node('c', 'False', 'lost'), stuck);
    await expect(asActivity(() => activities.awaitCluster({ connection }))).resolves.toEqual({
      nodes: ['a'],
      pods: 0,
    });
  });

  it('without room says why, of every node', async () => {
    const { activities } = activitiesOn(cordoned, node('c', 'False', 'lost'));
    await expect(awaited(() => activities.awaitCluster({ connection }))).resolves.toBe(
      'node b is cordoned; node c is not Ready: lost',
    );
  });

  it('is used where nodes may not be listed', async () => {
    const { activities, client } = activitiesOn();
    client.list = () => Promise.reject(ApplicationFailure.nonRetryable('forbidden', 'AccessDenied'));
    await expect(asActivity(() => activities.awaitCluster({ connection }))).resolves.toMatchObject({
      nodes: [],
    });
  });
});
