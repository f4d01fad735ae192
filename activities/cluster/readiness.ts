import { ApplicationFailure } from '@temporalio/activity';
import { FailureType } from '../../domain/failure.ts';
import type { ClusterClient } from '../kubernetes/client.ts';
import { podTroubles } from '../kubernetes/pod.ts';
import type { Node, Pod } from '../kubernetes/object.ts';
import { waitUntil } from '../kubernetes/wait.ts';

/** Longest wait for nodes: a cloud's node group takes a few minutes to join. */
const nodesTimeout = 10 * 60_000;

/** Longest wait for the pods of kube-system. */
const systemPodsTimeout = 5 * 60_000;

/** Waits until the cluster has a node, and all of them are Ready; their names. */
export async function awaitNodes(client: ClusterClient): Promise<string[]> {
  return waitUntil({ until: 'all nodes are Ready', timeout: nodesTimeout }, async () => {
    const nodes = await client.list<Node>('v1', 'Node');
    if (nodes.length === 0) return { missing: 'the cluster has no node' };
    const waiting = nodes.map(nodeLack).filter((lack) => lack !== null);
    return waiting.length > 0
      ? { missing: waiting.join('; ') }
      : { done: nodes.map(({ metadata }) => metadata.name) };
  });
}

/**
 * Waits until a cluster that was there has room: one node that is Ready and takes new pods. Of the others, and of what
 * else runs there, a rollout needs nothing. Who may not list nodes is not asked for any.
 * @param client of the cluster
 * @returns names of the nodes with room
 * @throws ApplicationFailure `DeadlineExceeded` where no node has room for ten minutes
 */
export async function awaitRoom(client: ClusterClient): Promise<string[]> {
  return waitUntil({ until: 'a node takes new pods', timeout: nodesTimeout }, async () => {
    const nodes = await readableNodes(client);
    if (nodes === null) return { done: [] };
    if (nodes.length === 0) return { missing: 'the cluster has no node' };
    const full = nodes.map(roomLack);
    const open = nodes.filter((_node, index) => full[index] === null);
    return open.length > 0
      ? { done: open.map(({ metadata }) => metadata.name) }
      : { missing: full.filter((reason) => reason !== null).join('; ') };
  });
}

async function readableNodes(client: ClusterClient): Promise<Node[] | null> {
  try {
    return await client.list<Node>('v1', 'Node');
  } catch (error) {
    if (error instanceof ApplicationFailure && error.type === FailureType.accessDenied) return null;
    throw error;
  }
}

function roomLack(node: Node): string | null {
  const { metadata, spec } = node;
  return nodeLack(node) ?? (spec?.unschedulable === true ? `node ${metadata.name} is cordoned` : null);
}

/** Waits until every pod of kube-system runs, or ran to its end; their number. */
export async function awaitKubeSystem(client: ClusterClient): Promise<number> {
  return waitUntil({ until: 'all pods of kube-system run', timeout: systemPodsTimeout }, async () => {
    const pods = await client.list<Pod>('v1', 'Pod', { namespace: 'kube-system' });
    const troubles = pods.filter(({ status }) => status?.phase !== 'Succeeded').flatMap(podTroubles);
    return troubles.length > 0 ? { missing: troubles.join('; ') } : { done: pods.length };
  });
}

function nodeLack({ metadata, status }: Node): string | null {
  const ready = status?.conditions?.find(({ type }) => type === 'Ready');
  if (ready?.status === 'True') return null;
  return `node ${metadata.name} is not Ready: ${ready?.message ?? 'its status is not known yet'}`;
}
