import type { ClusterConnection, ObjectRef } from '../../domain/rollout.ts';
import type { ClusterClient } from '../kubernetes/client.ts';
import { markOf } from '../kubernetes/ownership.ts';
import { waitUntil } from '../kubernetes/wait.ts';
import { istioctl, requireSuccess } from './istioctl.ts';
import { istioNamespace } from './istiod.ts';

/** Longest wait for the namespace to go: finalizers of load balancers take minutes on a cloud. */
const namespaceTimeout = 10 * 60_000;

/**
 * Removes Istio with all its shared resources, then its namespace; what is gone already is fine. A namespace that
 * was there before Sluice stays: people keep their own certificates in it (`cacerts`).
 */
export async function uninstall(connection: ClusterConnection, client: ClusterClient): Promise<void> {
  const purge = ['uninstall', '--purge', '--skip-confirmation'];
  requireSuccess('istioctl uninstall', await istioctl(connection, purge));
  const namespace = await client.read(namespaceRef(istioNamespace));
  if (namespace !== null && markOf(namespace) !== null) await removeNamespace(client, istioNamespace);
}

/** Deletes a namespace and waits until it is gone. */
export async function removeNamespace(client: ClusterClient, name: string): Promise<void> {
  const ref = namespaceRef(name);
  await client.remove(ref);
  await waitUntil({ until: `namespace ${name} is gone`, timeout: namespaceTimeout }, async () =>
    (await client.read(ref)) === null ? { done: undefined } : { missing: `namespace ${name} is still there` },
  );
}

function namespaceRef(name: string): ObjectRef {
  return { apiVersion: 'v1', kind: 'Namespace', name };
}
