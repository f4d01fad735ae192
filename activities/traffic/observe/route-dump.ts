import type { SubsetWeights } from '../../../domain/rollout.ts';
import { formatWeights, sameSubsetWeights } from '../../../domain/weights.ts';
import type { Backends } from '../../../domain/backends.ts';
import { clusterReader, fullNamePrefix, type ClusterName } from '../../proxies/cluster-name.ts';
import { isAsWanted, type SeenSplit, type WantedSplit } from './wanted-splits.ts';

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
  readonly name?: string;
  readonly route?: {
    readonly cluster?: string;
    readonly weighted_clusters?: {
      readonly clusters?: readonly { readonly name?: string; readonly weight?: number }[];
    };
  };
  readonly metadata?: { readonly filter_metadata?: { readonly istio?: { readonly config?: string } } };
}

/** Subsets of a service, by name. */
export interface Subsets {
  readonly host: string;
  readonly namespace: string;
  readonly subsets: readonly string[];
}

/** Which routes of a proxy must split requests how. */
export interface WantedRoutes {
  readonly namespace: string;
  /** By host, in the order of the routes. */
  readonly splits: Readonly<Record<string, readonly WantedSplit[]>>;
  /** Names of the VirtualServices in the namespace that say so. */
  readonly virtualServices: readonly string[];
  /** Services of single versions, by host. */
  readonly backends?: Readonly<Record<string, Backends>>;
}

/** Takes the name of a service's cluster apart; null for another's. */
type ReadCluster = (name: string) => ClusterName | null;

/**
 * What a proxy's routes still have instead of the wanted splits, as in `reviews v1 100`; null when nothing.
 * Counted are the routes of the service's own virtual host, and those that any other got from the VirtualServices.
 * A gateway's routes from other objects lead wherever those say. A proxy without such routes does not call the service.
 */
export function routeLack(dump: readonly unknown[], wanted: WantedRoutes): string | null {
  const virtualHosts = virtualHostsOf(dump);
  const lacks = Object.entries(wanted.splits).flatMap(([host, splits]) => {
    const prefix = fullNamePrefix(host, wanted.namespace);
    const read = clusterReader(host, wanted.namespace, wanted.backends?.[host]);
    const wrong = virtualHosts
      .map((virtualHost) => splitsOf(virtualHost, prefix, read, wanted))
      .find((seen) => !isAsWanted(seen, splits));
    return wrong === undefined ? [] : [describe(host, wrong, splits)];
  });
  return lacks.length === 0 ? null : `has ${lacks.join('; ')}`;
}

/** Whether a proxy has any route to the services. */
export function hasRoutes(dump: readonly unknown[], { namespace, splits, backends }: WantedRoutes): boolean {
  const routes = virtualHostsOf(dump).flatMap(({ routes = [] }) => routes);
  return Object.keys(splits).some((host) => {
    const read = clusterReader(host, namespace, backends?.[host]);
    return routes.some((route) => splitOf(route, read) !== null);
  });
}

/**
 * Subsets of a service that a proxy's routes still lead to, as in `reviews v1 90, v2 10`; null when none. Looked at is
 * every route of the proxy, wherever it came from.
 */
export function subsetRoutes(dump: readonly unknown[], { host, namespace, subsets }: Subsets): string | null {
  const read = clusterReader(host, namespace);
  const found = virtualHostsOf(dump)
    .flatMap(({ routes = [] }) => routes.map((route) => splitOf(route, read)))
    .find((split) => split !== null && Object.keys(split).some((subset) => subsets.includes(subset)));
  return found ? formatWeights({ [host]: nameWhole(found) }) : null;
}

/**
 * The first virtual host of a proxy, besides the Service's own, that has a route to the Service: `a route of
 * reviews.default.svc.cluster.local:9080 to reviews-v2`; null when none.
 */
export function serviceRoutes(dump: readonly unknown[], service: string, namespace: string): string | null {
  const prefix = fullNamePrefix(service, namespace);
  const read = clusterReader(service, namespace);
  const found = virtualHostsOf(dump).find(
    ({ name = '', routes = [] }) =>
      !name.startsWith(prefix) && routes.some((route) => splitOf(route, read) !== null),
  );
  return found === undefined ? null : `a route of ${found.name ?? 'a virtual host'} to ${service}`;
}

function virtualHostsOf(dump: readonly unknown[]): VirtualHost[] {
  return (dump as RouteDump[]).flatMap(({ route_config }) => route_config?.virtual_hosts ?? []);
}

/** The first split that no route may have; all of them in order where it is the order that is wrong. */
function describe(host: string, seen: readonly SeenSplit[], wanted: readonly WantedSplit[]): string {
  const isAllowed = ({ split }: SeenSplit) => wanted.some((one) => sameSubsetWeights(one.split, split));
  const stray = seen.find((one) => !isAllowed(one));
  const shown = stray === undefined ? seen : [stray];
  return shown.map(({ split }) => formatWeights({ [host]: nameWhole(split) })).join(', then ');
}

function splitsOf(
  virtualHost: VirtualHost,
  prefix: string,
  read: ReadCluster,
  wanted: WantedRoutes,
): SeenSplit[] {
  const own = [virtualHost.name ?? '', ...(virtualHost.domains ?? [])].some((name) =>
    name.startsWith(prefix),
  );
  return (virtualHost.routes ?? [])
    .filter((route) => own || isFrom(route, wanted))
    .flatMap((route) => {
      const split = splitOf(route, read);
      return split === null ? [] : [{ split, route: route.name ?? '' }];
    });
}

/** Istio notes on every route which object it was made from. */
function isFrom({ metadata }: Route, { namespace, virtualServices }: WantedRoutes): boolean {
  const origin = metadata?.filter_metadata?.istio?.config ?? '';
  return virtualServices.some((name) => origin.endsWith(`/namespaces/${namespace}/virtual-service/${name}`));
}

/** How a route splits requests over the subsets of a service; null when it leads elsewhere. */
function splitOf({ route }: Route, read: ReadCluster): SubsetWeights | null {
  const clusters = route?.weighted_clusters?.clusters ?? [{ name: route?.cluster ?? '', weight: 100 }];
  const split: Record<string, number> = {};
  for (const { name = '', weight = 0 } of clusters) {
    const cluster = read(name);
    if (cluster !== null) split[cluster.subset] = (split[cluster.subset] ?? 0) + weight;
  }
  const subsets = Object.keys(split);
  if (subsets.length === 0) return null;
  return clusters.length === 1 ? { [subsets[0] ?? '']: 100 } : split;
}

/** The service without regard to versions has no subset name. */
function nameWhole(split: SubsetWeights): SubsetWeights {
  return Object.fromEntries(
    Object.entries(split).map(([subset, weight]) => [subset || '(any version)', weight]),
  );
}
