import type { ServiceSpec } from '../../../domain/spec/document.ts';
import { gatewayApiVersion } from '../../../domain/routing.ts';
import { portsRouted } from '../../../manifests/gateway-api/http-route.ts';
import { describeRef, type ClusterClient, type KubeObject } from '../../kubernetes/index.ts';
import { invalidTarget } from '../failure.ts';
import { listIfServed } from './gateway-api.ts';
import { routesHost } from './routed-hosts.ts';
import type { HttpRoute, VirtualService } from './routing-object.ts';
import type { RoutedBy } from './router-of.ts';

/** An object of another kind than the one that is steered, and whether it routes a service. */
interface Other {
  readonly object: KubeObject;
  readonly routes: (host: string) => boolean;
}

/**
 * Refuses services whose requests are routed by an object that a shift would not touch: the proxies follow it, or half
 * of them do, and the weights would not be what anybody sees. Fails with `InvalidTarget`, not retryable.
 */
export async function refuseOthers(
  client: ClusterClient,
  { routing }: RoutedBy,
  namespace: string,
  services: readonly ServiceSpec[],
): Promise<void> {
  const others = await (routing === 'gateway-api'
    ? besideHttpRoutes(client, namespace)
    : gatewayApiRoutes(client, namespace, 'HTTPRoute'));
  for (const { host } of services) {
    const other = others.find(({ routes }) => routes(host));
    if (other !== undefined) throw routedOtherwise(other.object, host, routing);
  }
}

async function besideHttpRoutes(client: ClusterClient, namespace: string): Promise<Other[]> {
  const [virtualServices, grpcRoutes] = await Promise.all([
    client.list<VirtualService>('networking.istio.io/v1', 'VirtualService'),
    gatewayApiRoutes(client, namespace, 'GRPCRoute'),
  ]);
  const own = virtualServices.map((object) => ({
    object,
    routes: (host: string) => routesHost(object, host, namespace),
  }));
  return [...own, ...grpcRoutes];
}

async function gatewayApiRoutes(client: ClusterClient, namespace: string, kind: string): Promise<Other[]> {
  const all = await listIfServed<HttpRoute>(client, gatewayApiVersion, kind);
  return all.map((object) => ({
    object,
    routes: (host) => portsRouted(object, host, namespace).length > 0,
  }));
}

function routedOtherwise(object: KubeObject, host: string, routing: RoutedBy['routing']) {
  const what = describeRef({ kind: object.kind, ...object.metadata });
  const [api, steered] =
    routing === 'gateway-api' ? ['istio', 'HTTPRoutes'] : ['gateway-api', 'VirtualServices'];
  const instead = object.kind === 'GRPCRoute' ? '' : `, or steer it by that with routing: { api: ${api} }`;
  return invalidTarget(
    `${what} routes ${host}, which is to be steered by ${steered}: two APIs for one service do not add up; remove it${instead}`,
  );
}
