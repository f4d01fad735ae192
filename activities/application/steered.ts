import { isSameHost } from '../../manifests/host.ts';
import type { ClusterClient } from '../kubernetes/client.ts';
import { refOf, type KubeObject } from '../kubernetes/object.ts';
import { currentMark, markOf } from '../kubernetes/ownership.ts';

interface Routing extends KubeObject {
  readonly spec?: { readonly host?: string; readonly hosts?: readonly string[] };
}

/**
 * Objects without those that route the rollout's own services and are there already: their weights are what the last
 * rollout left, and to write them anew would shift traffic past every gate.
 */
export async function withoutSteered(
  client: ClusterClient,
  objects: readonly KubeObject[],
  namespace: string,
  hosts: readonly string[],
): Promise<KubeObject[]> {
  const kept = await Promise.all(objects.map((object) => isLeftAlone(client, object, namespace, hosts)));
  return objects.filter((_object, index) => kept[index] !== true);
}

async function isLeftAlone(
  client: ClusterClient,
  object: Routing,
  namespace: string,
  hosts: readonly string[],
): Promise<boolean> {
  if (!object.apiVersion.startsWith('networking.istio.io/')) return false;
  const { host, hosts: routed = [] } = object.spec ?? {};
  const named =
    object.kind === 'DestinationRule' ? [host ?? ''] : object.kind === 'VirtualService' ? routed : [];
  if (!named.some((given) => hosts.some((own) => isSameHost(given, own, namespace)))) return false;
  const existing = await client.read(refOf(object));
  return existing !== null && markOf(existing) !== currentMark();
}
