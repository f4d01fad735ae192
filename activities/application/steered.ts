import { backendsOf } from '../../domain/backends.ts';
import { gatewayApiGroup } from '../../domain/routing.ts';
import type { ServiceSpec } from '../../domain/spec/document.ts';
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
 * Objects without those that lead to the rollout's own services and are there already, whatever their hosts, gateways
 * or parents: their weights are what the last rollout left, and to write them anew would shift traffic past every gate.
 * @param client of the cluster
 * @param objects of the application, in their namespaces
 * @param namespace of the services
 * @param services that the rollout steers
 */
export async function withoutSteered(
  client: ClusterClient,
  objects: readonly KubeObject[],
  namespace: string,
  services: readonly ServiceSpec[],
): Promise<KubeObject[]> {
  const kept = await Promise.all(objects.map((object) => isLeftAlone(client, object, namespace, services)));
  return objects.filter((_object, index) => kept[index] !== true);
}

async function isLeftAlone(
  client: ClusterClient,
  object: KubeObject,
  namespace: string,
  services: readonly ServiceSpec[],
): Promise<boolean> {
  if (!services.some((service) => routes(object, service, namespace))) return false;
  const existing = await client.read(refOf(object));
  return existing !== null && markOf(existing) !== currentMark();
}

function routes(object: Routing, service: ServiceSpec, namespace: string): boolean {
  const [group] = object.apiVersion.split('/');
  if (group === gatewayApiGroup) return routesByGatewayApi(object, service, namespace);
  if (group !== istioGroup) return false;
  const from = object.metadata.namespace ?? namespace;
  const named = [...hostsNamed(object), ...valuesOf('destination', object.spec).map(hostOf)];
  return named.some((given) => isSameHost(given, service.host, namespace, from));
}

function hostsNamed({ kind, spec }: Routing): readonly string[] {
  if (kind === 'DestinationRule') return [spec?.host ?? ''];
  return kind === 'VirtualService' ? (spec?.hosts ?? []) : [];
}

function hostOf(destination: unknown): string {
  const { host } = (destination ?? {}) as { host?: unknown };
  return typeof host === 'string' ? host : '';
}

/** By a Service as the parent, or among the backends: the service itself, or one of its versions. */
function routesByGatewayApi(object: Routing, service: ServiceSpec, namespace: string): boolean {
  if (object.kind !== 'HTTPRoute') return false;
  if (portsRouted(object as unknown as HttpRoute, service.host, namespace).length > 0) return true;
  const names = new Set([service.host, ...Object.keys(backendsOf(service))]);
  const from = object.metadata.namespace ?? namespace;
  return valuesOf('backendRefs', object.spec)
    .flat()
    .some((backend) => {
      const { name, namespace: of = from } = (backend ?? {}) as { name?: unknown; namespace?: unknown };
      return typeof name === 'string' && names.has(name) && of === namespace;
    });
}

/** Every value of a key, wherever it stands: an application's object is checked by the API server alone. */
function valuesOf(key: string, value: unknown): unknown[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value as Record<string, unknown>).flatMap(([name, inner]) =>
    name === key ? [inner] : valuesOf(key, inner),
  );
}
