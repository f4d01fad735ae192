import type { ObjectRef } from '../../domain/rollout.ts';
import type { ClusterClient } from '../kubernetes/client.ts';
import type { KubeObject } from '../kubernetes/object.ts';
import { describeRemaining } from '../kubernetes/remaining.ts';
import { waitUntil, type Look } from '../kubernetes/wait.ts';

/** Longest wait for the namespace to go: finalizers of load balancers take minutes on a cloud. */
const namespaceTimeout = 10 * 60_000;

/** Deletes a namespace and waits until it is gone. */
export async function removeNamespace(client: ClusterClient, name: string): Promise<void> {
  const ref = namespaceRef(name);
  await client.remove(ref);
  await waitUntil({ until: `namespace ${name} is gone`, timeout: namespaceTimeout }, async () =>
    lookAt(await client.read(ref)),
  );
}

/** How a namespace is named to the API server. */
export function namespaceRef(name: string): ObjectRef {
  return { apiVersion: 'v1', kind: 'Namespace', name };
}

/** Whether nothing runs in a namespace, or is reached there. */
export async function isVacant(client: ClusterClient, namespace: string): Promise<boolean> {
  const lists = await Promise.all([
    client.list('v1', 'Pod', { namespace }),
    client.list('v1', 'Service', { namespace }),
    client.list('apps/v1', 'Deployment', { namespace }),
  ]);
  return lists.flat().every(({ metadata }) => metadata.deletionTimestamp !== undefined);
}

function lookAt(namespace: KubeObject | null): Look<undefined> {
  if (namespace === null) return { done: undefined };
  return { missing: `still there: ${describeRemaining(namespace).join('')}` };
}
