import type { Diversions } from '../../../domain/diversions.ts';
import { gatewayApiVersion, type IgnoredRoute, type RoutingApi } from '../../../domain/routing.ts';
import type { ServiceSpec } from '../../../domain/spec/document.ts';
import type { ClusterClient } from '../../kubernetes/index.ts';
import type { Router } from './router.ts';
import { httpRoutes } from './http-route.ts';
import { servedIstioApi } from './istio-api.ts';
import { virtualServices } from './virtual-service.ts';

/** What an activity is told of the routing that a spec names. */
export interface RoutedBy {
  /** Absent: Istio's own. */
  readonly routing?: RoutingApi | undefined;
  /** Routes to leave alone. */
  readonly ignore?: readonly IgnoredRoute[] | undefined;
  /** What is steered besides weights; absent where no stage diverts requests. */
  readonly diversions?: Diversions | undefined;
}

/** The router of an API, for services of a namespace, in the version of the API that the cluster serves. */
export async function routerOf(
  client: ClusterClient,
  { routing, diversions }: RoutedBy,
  services: readonly ServiceSpec[],
  namespace: string,
): Promise<Router> {
  if (routing === 'gateway-api')
    return { ...httpRoutes(services, namespace, diversions), apiVersion: gatewayApiVersion };
  return virtualServices(services, namespace, await servedIstioApi(client), diversions);
}
