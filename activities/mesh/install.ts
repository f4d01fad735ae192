import type { MeshSpec } from '../../domain/spec/document.ts';
import type { ClusterConnection } from '../../domain/rollout.ts';
import type { ClusterClient } from '../kubernetes/client.ts';
import { applyMarked, currentMark } from '../kubernetes/ownership.ts';
import type { KubeObject } from '../kubernetes/object.ts';
import { istioctl, requireSuccess } from './istioctl.ts';
import { findIstiod, istioNamespace, versionOf } from './istiod.ts';

/** On the namespace of the control plane: which run installed the mesh. */
export const meshMark = 'sluice.dev/mesh-installed-by';

export interface Installed {
  readonly version: string;
  readonly created: boolean;
}

/**
 * Installs Istio where there is none. A mesh that was there stays untouched; one that a lost earlier attempt of this
 * run began is installed again, which istioctl takes as an update.
 */
export async function install(
  connection: ClusterConnection,
  client: ClusterClient,
  mesh: MeshSpec,
): Promise<Installed> {
  const istiod = await findIstiod(client);
  if (istiod !== null && (await readMeshMark(client)) !== currentMark()) {
    return { version: versionOf(istiod), created: false };
  }
  await markNamespace(client);
  requireSuccess('istioctl install', await istioctl(connection, installArgs(connection, mesh)));
  const installed = await findIstiod(client);
  return { version: installed === null ? 'unknown' : versionOf(installed), created: true };
}

/** Arguments of `istioctl install`; what the spec sets counts more than what the cluster's provider does. */
export function installArgs(connection: ClusterConnection, mesh: MeshSpec): string[] {
  const own = Object.entries(mesh.set).map(([key, value]) => `${key}=${value}`);
  const values = [`profile=${mesh.profile}`, ...(connection.istio?.set ?? []), ...own];
  return ['install', '--skip-confirmation', ...values.flatMap((value) => ['--set', value])];
}

async function readMeshMark(client: ClusterClient): Promise<string | null> {
  const namespace = await client.read({ apiVersion: 'v1', kind: 'Namespace', name: istioNamespace });
  return namespace?.metadata.annotations?.[meshMark] ?? null;
}

/** Marked before the first change, so that an attempt lost in the middle is known for what it is. */
async function markNamespace(client: ClusterClient): Promise<void> {
  const namespace: KubeObject = {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: istioNamespace, annotations: { [meshMark]: currentMark() } },
  };
  await applyMarked(client, namespace);
}
