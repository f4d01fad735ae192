/** Who uses a mesh: what a removal would take the mesh from. */
import { istioNamespace } from '../../domain/istio.ts';
import type { ObjectRef } from '../../domain/rollout.ts';
import { gatewayApiVersion, gatewayNameLabel } from '../../domain/routing.ts';
import type { ClusterClient } from '../kubernetes/client.ts';
import { describeRef, refOf, type Pod, type Workload } from '../kubernetes/object.ts';
import { isWorkload } from '../kubernetes/workload.ts';
import { isSelected } from './survey/selector.ts';
import { componentLabel, defaultRevision } from './survey/labels.ts';

/** On a pod: what the injector did, as JSON, its revision among it. */
const statusAnnotation = 'sidecar.istio.io/status';

/** Users that a message names. */
const named = 5;

type Belongs = (pod: Pod) => boolean;

/**
 * Pods with a sidecar, or a gateway's, of these revisions, other than those of Istio itself.
 * @param client of the cluster
 * @param revisions of control planes
 * @param isOwn tells pods that go before the mesh does
 * @returns names of the pods
 */
export async function podsUsing(
  client: ClusterClient,
  revisions: readonly string[],
  isOwn: Belongs,
): Promise<string[]> {
  const pods = await client.list<Pod>('v1', 'Pod');
  const users = pods
    .filter((pod) => pod.metadata.deletionTimestamp === undefined && !isEnded(pod) && !isOfIstio(pod))
    .filter((pod) => revisions.includes(revisionOf(pod) ?? '') && !isOwn(pod));
  const orphaned = await Promise.all(users.map((pod) => isOrphaned(client, pod)));
  return users
    .filter((_pod, index) => orphaned[index] !== true)
    .map((pod) => describeRef({ ...refOf(pod), kind: 'pod' }));
}

/** Tells the pods of workloads and Gateways among objects. */
export async function podsOfObjects(client: ClusterClient, objects: readonly ObjectRef[]): Promise<Belongs> {
  const workloads = await Promise.all(objects.filter(isWorkload).map((ref) => client.read<Workload>(ref)));
  const gateways = objects.filter(({ kind }) => kind === 'Gateway');
  return ({ metadata: { namespace, labels = {} } }) =>
    workloads.some(
      (one) => one?.metadata.namespace === namespace && isSelected(one?.spec.selector, labels),
    ) || gateways.some((one) => one.namespace === namespace && one.name === labels[gatewayNameLabel]);
}

/** A Gateway's proxy outlives it for the moment that Kubernetes takes to collect it. */
async function isOrphaned(client: ClusterClient, { metadata }: Pod): Promise<boolean> {
  const { namespace = '', labels = {} } = metadata;
  const name = labels[gatewayNameLabel];
  if (name === undefined) return false;
  return (await client.read({ apiVersion: gatewayApiVersion, kind: 'Gateway', name, namespace })) === null;
}

/** Why a mesh with users stays, in words. */
export function describeUsers(users: readonly string[]): string {
  const more = users.length > named ? ` and ${users.length - named} more` : '';
  const count = users.length === 1 ? '1 pod that' : `${users.length} pods that`;
  const verb = users.length === 1 ? 'uses' : 'use';
  return `${count} this run did not make ${verb} the mesh (${users.slice(0, named).join(', ')}${more})`;
}

/** The revision that injected a pod; null for a pod that nothing injected. */
function revisionOf({ metadata: { annotations = {} } }: Pod): string | null {
  const status = annotations[statusAnnotation];
  if (status === undefined) return null;
  try {
    const { revision } = JSON.parse(status) as { revision?: unknown };
    return typeof revision === 'string' && revision !== '' ? revision : defaultRevision;
  } catch {
    return defaultRevision;
  }
}

/** Gateways that come with an install go with it. */
function isOfIstio({ metadata: { namespace, labels = {} } }: Pod): boolean {
  return namespace === istioNamespace && labels[componentLabel] !== undefined;
}

function isEnded({ status }: Pod): boolean {
  return status?.phase === 'Succeeded' || status?.phase === 'Failed';
}
