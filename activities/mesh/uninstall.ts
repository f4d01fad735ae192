import type { ClusterConnection, ObjectRef } from '../../domain/rollout.ts';
import { findMinor, istioNamespace } from '../../domain/istio.ts';
import type { ClusterClient } from '../kubernetes/client.ts';
import type { KubeObject } from '../kubernetes/object.ts';
import { markOf } from '../kubernetes/ownership.ts';
import { describeRemaining } from '../kubernetes/remaining.ts';
import { waitUntil, type Look } from '../kubernetes/wait.ts';
import { istioctl, requireSuccess } from './istioctl.ts';
import { findIstiod, versionOf } from './istiod.ts';
import { removeLeftovers } from './leftovers.ts';
import { fromCache } from './release/cache.ts';
import { findRelease, type Release, type ReleaseSource } from './release/index.ts';

/** Longest wait for the namespace to go: finalizers of load balancers take minutes on a cloud. */
const namespaceTimeout = 10 * 60_000;

/**
 * Removes Istio with all its shared resources, what it wrote into other namespaces, then its own namespace; what is
 * gone already is fine. A namespace that was there before Sluice stays: people keep their own certificates in it
 * (`cacerts`).
 */
export async function uninstall(
  source: ReleaseSource,
  connection: ClusterConnection,
  client: ClusterClient,
): Promise<void> {
  const purge = ['uninstall', '--purge', '--skip-confirmation'];
  const release = await releaseOfMesh(source, connection, client);
  requireSuccess('istioctl uninstall', await istioctl(connection, release, purge));
  await removeLeftovers(client);
  const namespace = await client.read(namespaceRef(istioNamespace));
  if (namespace !== null && markOf(namespace) !== null) await removeNamespace(client, istioNamespace);
}

/** The release that the mesh is of, else any: `uninstall --purge` goes by labels that all of them have. */
async function releaseOfMesh(
  source: ReleaseSource,
  connection: ClusterConnection,
  client: ClusterClient,
): Promise<Release> {
  const istiod = await findIstiod(client);
  const version = istiod === null ? null : versionOf(istiod);
  const known = version !== null && findMinor(version) !== undefined ? version : null;
  // Before any other is fetched, which may not be possible any more.
  const cached = known === null ? null : await fromCache(source, known);
  return cached ?? (await findRelease(source, connection, null));
}

/** Deletes a namespace and waits until it is gone. */
export async function removeNamespace(client: ClusterClient, name: string): Promise<void> {
  const ref = namespaceRef(name);
  await client.remove(ref);
  await waitUntil({ until: `namespace ${name} is gone`, timeout: namespaceTimeout }, async () =>
    lookAt(await client.read(ref)),
  );
}

function lookAt(namespace: KubeObject | null): Look<undefined> {
  if (namespace === null) return { done: undefined };
  return { missing: `still there: ${describeRemaining(namespace).join('')}` };
}

function namespaceRef(name: string): ObjectRef {
  return { apiVersion: 'v1', kind: 'Namespace', name };
}
