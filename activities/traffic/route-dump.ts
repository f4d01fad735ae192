import type { SubsetWeights, Weights } from '../../domain/rollout.ts';
import { formatWeights, sameSubsetWeights } from '../../domain/weights.ts';
import { fullNamePrefix, readClusterName } from './cluster-name.ts';

/** Query for everything that a proxy was told about routes; Envoy cannot cut inside of it. */
export const routeQuery = 'resource=dynamic_route_configs';

/** The part of Envoy's `DynamicRouteConfig` that says where requests go. */
interface RouteDump {
  readonly route_config?: { readonly virtual_hosts?: readonly VirtualHost[] };
}

interface VirtualHost {
  readonly name?: string;
  readonly domains?: readonly string[];
  readonly routes?: readonly Route[];
}

interface Route {
  readonly route?: {
    readonly cluster?: string;
    readonly weighted_clusters?: {
      readonly clusters?: readonly { readonly name?: string; readonly weight?: number }[];
    };
  };
  readonly metadata?: { readonly filter_metadata?: { readonly istio?: { readonly config?: string } } };
}

/** Which routes of a proxy must have which weights. */
export interface WantedRoutes {
  readonly namespace: string;
  readonly weights: Weights;
  /** Names of the VirtualServices in the namespace that were given the weights. */
  readonly virtualServices: readonly string[];
}

/**
 * What a proxy's routes still have instead of the wanted weights, as in `reviews v1 100`; null when nothing.
 * Counted are the routes of the service's own virtual host, and those that any other got from the VirtualServices.
 * A gateway's routes from other objects lead wherever those say. A proxy without such routes does not call the service.
 */
export function routeLack(dump: readonly unknown[], wanted: WantedRoutes): string | null {
  const virtualHosts = (dump as RouteDump[]).flatMap(({ route_config }) => route_config?.virtual_hosts ?? []);
  const lacks = Object.entries(wanted.weights).flatMap(([host, weights]) => {
    const prefix = fullNamePrefix(host, wanted.namespace);
    const seen = virtualHosts.flatMap((virtualHost) => splitsOf(virtualHost, prefix, wanted));
    const other = seen.find((split) => !sameSubsetWeights(split, weights));
    return other === undefined ? [] : [formatWeights({ [host]: nameWhole(other) })];
  });
  return lacks.length === 0 ? null : `has ${lacks.join('; ')}`;
}

function splitsOf(virtualHost: VirtualHost, prefix: string, wanted: WantedRoutes): SubsetWeights[] {
  const own = [virtualHost.name ?? '', ...(virtualHost.domains ?? [])].some((name) =>
    name.startsWith(prefix),
  );
  return (virtualHost.routes ?? [])
    .filter((route) => own || isFrom(route, wanted))
    .map((route) => splitOf(route, prefix))
    .filter((split) => split !== null);
}

/** Istio notes on every route which object it was made from. */
function isFrom({ metadata }: Route, { namespace, virtualServices }: WantedRoutes): boolean {
  const origin = metadata?.filter_metadata?.istio?.config ?? '';
  return virtualServices.some((name) => origin.endsWith(`/namespaces/${namespace}/virtual-service/${name}`));
}

/** How a route splits requests over the subsets of a service; null when it leads elsewhere. */
function splitOf({ route }: Route, prefix: string): SubsetWeights | null {
  const clusters = route?.weighted_clusters?.clusters ?? [{ name: route?.cluster ?? '', weight: 100 }];
  const split: Record<string, number> = {};
  for (const { name = '', weight = 0 } of clusters) {
    const cluster = readClusterName(name, prefix);
    if (cluster !== null) split[cluster.subset] = (split[cluster.subset] ?? 0) + weight;
  }
  return Object.keys(split).length === 0 ? null : split;
}

/** The service without regard to versions has no subset name. */
function nameWhole(split: SubsetWeights): SubsetWeights {
  return Object.fromEntries(
    Object.entries(split).map(([subset, weight]) => [subset || '(any version)', weight]),
  );
}
