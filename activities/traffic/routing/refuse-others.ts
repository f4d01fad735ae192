import { gatewayApiGroup, gatewayApiVersion, type IgnoredRoute } from '../../../domain/routing.ts';
import type { ServiceSpec } from '../../../domain/spec/document.ts';
import { backendsOf } from '../../../domain/backends.ts';
import { portsRouted, routesTo as ruleLeadsTo } from '../../../manifests/gateway-api/http-route.ts';
import { routesTo } from '../../../manifests/virtual-service.ts';
import { describeRef, type ClusterClient, type KubeObject } from '../../kubernetes/index.ts';
import { invalidTarget } from '../failure.ts';
import { listIfServed } from './gateway-api.ts';
import { isIgnored } from './ignored.ts';
import { ingressesTo, type LeadingTo } from './ingress.ts';
import { servedIstioApi } from './istio-api.ts';
import { takesHost } from './mesh-hosts.ts';
import type { HttpRoute, VirtualService } from './routing-object.ts';
import type { RoutedBy } from './router-of.ts';

/** Kinds of routes that no router steers. */
const otherKinds = ['GRPCRoute', 'TCPRoute', 'TLSRoute', 'UDPRoute'] as const;

/** Where the Gateway API serves them: the older version before its release 1.5, or 1.6. */
const otherVersions = [gatewayApiVersion, `${gatewayApiGroup}/v1alpha2`];

/**
 * Objects of other kinds than the one that is steered whose routes lead to services: proxies follow them, or half of
 * them do, and weights would not be what anybody sees. Each kind is listed once.
 * @param client of the cluster
 * @param by what steers the services
 * @param namespace of the services
 * @param services that are to be steered
 * @returns those that lead to each service, by its host
 */
export async function otherRoutes(
  client: ClusterClient,
  { routing }: RoutedBy,
  namespace: string,
  services: readonly ServiceSpec[],
): Promise<ReadonlyMap<string, readonly KubeObject[]>> {
  const find = await Promise.all([
    routing === 'gateway-api'
      ? virtualServicesTo(client)
      : gatewayRoutesTo(client, gatewayApiVersion, 'HTTPRoute'),
    ...otherKinds.flatMap((kind) =>
      otherVersions.map(async (version) => gatewayRoutesTo(client, version, kind)),
    ),
    ingressesTo(client),
  ]);
  return new Map(
    services.map((service) => [service.host, find.flatMap((leadingTo) => leadingTo(namespace, service))]),
  );
}

/**
 * Refuses a service that an object of another kind routes, unless the spec says to leave that alone. Fails with
 * `InvalidTarget`, not retryable.
 */
export function refuseOthers(
  others: readonly KubeObject[],
  host: string,
  { routing, ignore }: RoutedBy,
): void {
  const other = others.find((object) => !isIgnored(object, ignore));
  if (other !== undefined) throw routedOtherwise(other, host, routing);
}

async function virtualServicesTo(client: ClusterClient): Promise<LeadingTo> {
  const all = await listIfServed<VirtualService>(client, await servedIstioApi(client), 'VirtualService');
  return (namespace, { host }) =>
    all.filter((object) => routesTo(object, { host, namespace }) || takesHost(object, { host, namespace }));
}

async function gatewayRoutesTo(
  client: ClusterClient,
  apiVersion: string,
  kind: IgnoredRoute['kind'],
): Promise<LeadingTo> {
  const all = await listIfServed<HttpRoute>(client, apiVersion, kind);
  return (namespace, service) => {
    const routed = { host: service.host, namespace, backends: backendsOf(service) };
    return all.filter(
      (object) => ruleLeadsTo(object, routed) || portsRouted(object, service.host, namespace).length > 0,
    );
  };
}

function routedOtherwise(object: KubeObject, host: string, routing: RoutedBy['routing']) {
  const what = describeRef({ kind: object.kind, ...object.metadata });
  const [api, steered] =
    routing === 'gateway-api' ? ['istio', 'HTTPRoutes'] : ['gateway-api', 'VirtualServices'];
  const isOtherApi = object.kind === 'HTTPRoute' || object.kind === 'VirtualService';
  const instead = isOtherApi ? `, or steer it by that with routing: { api: ${api} }` : '';
  return invalidTarget(
    `${what} routes ${host}, which is to be steered by ${steered}, and no weight reaches it: ` +
      `remove it${instead}, or leave it alone with spec.routing.ignore`,
  );
}
