import type { SubsetWeights } from '../../../domain/rollout.ts';
import type { IgnoredRoute } from '../../../domain/routing.ts';
import { formatWeights } from '../../../domain/weights.ts';
import type { Backends } from '../../../domain/backends.ts';
import { clusterReader, fullNamePrefix, type ClusterName } from '../../proxies/cluster-name.ts';
import { testerRouteIn } from '../../../manifests/tester-route.ts';
import {
  isAsWanted,
  isSame,
  missingTesters,
  type RouteSource,
  type SeenSplit,
  type WantedSplit,
} from './wanted-splits.ts';

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
    readonly request_mirror_policies?: readonly MirrorPolicy[];
  };
  readonly metadata?: { readonly filter_metadata?: { readonly istio?: { readonly config?: string } } };
}

interface MirrorPolicy {
  readonly cluster?: string;
  readonly runtime_fraction?: {
    readonly default_value?: { readonly numerator?: number; readonly denominator?: string };
  };
}

/** Envoy's `FractionalPercent`; it prints no denominator for the first one. */
const denominators: Readonly<Record<string, number>> = {
  HUNDRED: 100,
  TEN_THOUSAND: 10_000,
  MILLION: 1_000_000,
};

/** Subsets of a service, by name. */
export interface Subsets {
  readonly host: string;
  readonly namespace: string;
  readonly subsets: readonly string[];
}

/** Which routes of a proxy must split requests how. */
export interface WantedRoutes {
  readonly namespace: string;
  /** Objects that say so, by host. */
  readonly sources: Readonly<Record<string, readonly RouteSource[]>>;
  /** Services of single versions, by host. */
  readonly backends?: Readonly<Record<string, Backends>>;
  /** Objects whose routes may lead wherever they say. */
  readonly ignore?: readonly IgnoredRoute[] | undefined;
}

/** What a proxy's routes show. */
export interface SeenRoutes {
  /** What they have instead of the wanted splits, as in `has reviews v1 100`; null when nothing. */
  readonly lack: string | null;
  /** Hosts that some route of the proxy leads to as wanted: a proxy without any route shows nothing. */
  readonly shown: readonly string[];
}

/** Takes the name of a service's cluster apart; null for another's. */
type ReadCluster = (name: string) => ClusterName | null;

/** A route of a proxy to the service, and where it comes from. */
interface PlacedSplit extends SeenSplit {
  /** Null for none of the objects. */
  readonly source: RouteSource | null;
}

/**
 * What a proxy's routes show of the wanted splits. Sidecars and gateways are read alike: in each virtual host the routes
 * that an object's must be as it says, and no other route may lead to the whole service; in the service's own virtual
 * host there may be no other at all.
 */
export function readRoutes(dump: readonly unknown[], wanted: WantedRoutes): SeenRoutes {
  const virtualHosts = virtualHostsOf(dump);
  const seen = Object.entries(wanted.sources).map(([host, sources]) =>
    readHost(virtualHosts, host, sources, wanted),
  );
  const lacks = seen.flatMap(({ lack }) => lack ?? []);
  return {
    lack: lacks.length === 0 ? null : `has ${lacks.join('; ')}`,
    shown: seen.flatMap(({ shown }) => shown),
  };
}

/** Whether a proxy has any route to the services. */
export function hasRoutes(dump: readonly unknown[], { namespace, sources, backends }: WantedRoutes): boolean {
  const routes = virtualHostsOf(dump).flatMap(({ routes = [] }) => routes);
  return Object.keys(sources).some((host) => {
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

function readHost(
  virtualHosts: readonly VirtualHost[],
  host: string,
  sources: readonly RouteSource[],
  wanted: WantedRoutes,
) {
  const groups = virtualHosts.flatMap((virtualHost) => {
    const splits = splitsOf(virtualHost, host, sources, wanted);
    return [...Map.groupBy(splits, ({ source }) => source)];
  });
  const wrong = groups.find(([source, seen]) => source === null || !isAsWanted(seen, source.splits));
  const right = groups.some(([source, seen]) => source !== null && isAsWanted(seen, source.splits));
  return {
    lack: wrong === undefined ? null : describe(host, wrong[1], wrong[0]?.splits ?? []),
    shown: right ? [host] : [],
  };
}

/** The routes of a virtual host that count. */
function splitsOf(
  virtualHost: VirtualHost,
  host: string,
  sources: readonly RouteSource[],
  wanted: WantedRoutes,
): PlacedSplit[] {
  const read = clusterReader(host, wanted.namespace, wanted.backends?.[host]);
  const prefix = fullNamePrefix(host, wanted.namespace);
  const isOwn = [virtualHost.name ?? '', ...(virtualHost.domains ?? [])].some((name) =>
    name.startsWith(prefix),
  );
  return (virtualHost.routes ?? []).flatMap((route) => {
    const split = splitOf(route, read);
    if (split === null || wanted.ignore?.some((entry) => isOf(route, entry)) === true) return [];
    const source = sources.find((one) => isFrom(route, one)) ?? null;
    const counts = source !== null || isOwn || '' in split;
    return counts ? [{ split, route: route.name ?? '', copies: copiesOf(route, read), source }] : [];
  });
}

/** Istio notes on every route which VirtualService it was made from; one from an HTTPRoute has the name of its rule. */
function isFrom(route: Route, { origin, splits }: RouteSource): boolean {
  if (origin !== null) return isMadeFrom(route, origin);
  return splits.some((split) => split.route !== undefined && split.route === route.name);
}

function isOf(route: Route, { kind, name, namespace }: IgnoredRoute): boolean {
  if (kind === 'VirtualService') return isMadeFrom(route, { namespace, name });
  return route.name?.startsWith(`${namespace}.${name}.`) === true;
}

function isMadeFrom({ metadata }: Route, { namespace, name }: NonNullable<RouteSource['origin']>): boolean {
  const config = metadata?.filter_metadata?.istio?.config ?? '';
  return config.endsWith(`/namespaces/${namespace}/virtual-service/${name}`);
}

/** The first split that no route may have; all of them in order where it is the order that is wrong. */
function describe(host: string, seen: readonly SeenSplit[], wanted: readonly WantedSplit[]): string {
  const isAllowed = (seen: SeenSplit) => wanted.some((one) => isSame(seen, one));
  const stray = seen.find((one) => !isAllowed(one));
  const shown = stray === undefined ? seen : [stray];
  const missing = missingTesters(seen, wanted);
  const without = missing.length === 0 ? '' : `, without route ${missing.join(', ')}`;
  return shown.map((one) => describeSplit(host, one)).join(', then ') + without;
}

function describeSplit(host: string, { split, route, copies = {} }: SeenSplit): string {
  const tester = testerRouteIn(route);
  const copied = Object.entries(copies).map(([subset, percent]) => ` (${percent} % mirrored to ${subset})`);
  return [formatWeights({ [host]: nameWhole(split) }), tester && ` in route ${tester}`, ...copied].join('');
}

/** Percent of a route's requests that subsets of the service get copies of. */
function copiesOf({ route }: Route, read: ReadCluster): SubsetWeights {
  const copies = (route?.request_mirror_policies ?? []).flatMap(({ cluster, runtime_fraction }) => {
    const { numerator = 0, denominator = 'HUNDRED' } = runtime_fraction?.default_value ?? { numerator: 100 };
    const name = read(cluster ?? '');
    const percent = (100 * numerator) / (denominators[denominator] ?? NaN);
    return name === null ? [] : [[name.subset, percent] as const];
  });
  return Object.fromEntries(copies);
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
