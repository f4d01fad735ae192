import { gatewayApiGroup } from '../../domain/routing.ts';
import { portsRouted } from '../../manifests/gateway-api/http-route.ts';
import { isSameHost } from '../../manifests/host.ts';
import type { ClusterClient } from '../kubernetes/client.ts';
import { refOf, type KubeObject } from '../kubernetes/object.ts';
import { currentMark, markOf } from '../kubernetes/ownership.ts';
import type { HttpRoute } from '../traffic/routing/routing-object.ts';

/** API group of VirtualServices and DestinationRules. */
const istioGroup = 'networking.istio.io';

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
  object: KubeObject,
  namespace: string,
  hosts: readonly string[],
): Promise<boolean> {
  if (!hosts.some((host) => routesHost(object, host, namespace))) return false;
  const existing = await client.read(refOf(object));
  return existing !== null && markOf(existing) !== currentMark();
}

function routesHost(object: KubeObject, host: string, namespace: string): boolean {
  const [group] = object.apiVersion.split('/');
  if (group === gatewayApiGroup)
    return object.kind === 'HTTPRoute' && portsRouted(object as HttpRoute, host, namespace).length > 0;
  return group === istioGroup && hostsNamed(object).some((given) => isSameHost(given, host, namespace));
}

function hostsNamed({ kind, spec }: Routing): readonly string[] {
  if (kind === 'DestinationRule') return [spec?.host ?? ''];
  return kind === 'VirtualService' ? (spec?.hosts ?? []) : [];
}
