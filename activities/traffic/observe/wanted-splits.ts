import type { SubsetWeights } from '../../../domain/rollout.ts';
import { sameSubsetWeights } from '../../../domain/weights.ts';
import { getsRequests, leadsTo, type Destination } from '../../../manifests/destinations.ts';
import type { ServiceName } from '../../../manifests/host.ts';
import { isForEverybody } from '../../../manifests/recorded-routes.ts';
import type { PlacedRoute } from '../routing/delegates.ts';

/** How one route, as Envoy is to have it, must split a host's requests. */
export interface WantedSplit {
  readonly split: SubsetWeights;
  /** Whether every proxy has it; Istio leaves out routes whose conditions can never hold for a proxy. */
  readonly always: boolean;
  /** Name that the route has in the proxies; absent where it is known by its place. */
  readonly route?: string;
  /** Whether the route stays as its owner wrote it, and any split is right; only where it is known by its name. */
  readonly kept?: boolean;
}

/** An object that routes of proxies come from, and what they must be. */
export interface RouteSource {
  /** Object that Istio notes on its routes; null where the routes are known by their names. */
  readonly origin: { readonly namespace: string; readonly name: string } | null;
  /** In the order of the routes. */
  readonly splits: readonly WantedSplit[];
}

/** How a route of a proxy splits a host's requests. */
export interface SeenSplit {
  readonly split: SubsetWeights;
  readonly route: string;
}

/** What proxies must have of http routes, in order: Istio makes one route of each match, and none behind one for everybody. */
export function splitsWanted(routes: readonly PlacedRoute[], service: ServiceName): WantedSplit[] {
  const last = routes.findIndex(({ route }) => isForEverybody(route));
  return routes.flatMap(({ route: { match = [], route = [] }, from }, index) => {
    const split = shareOf(route, service, from);
    if (Object.keys(split).length === 0) return [];
    const wanted = { split, always: match.length === 0 && index === last };
    return Array.from({ length: Math.max(match.length, 1) }, () => wanted);
  });
}

/** The service's share of a route, in percent of all its requests. */
function shareOf(route: readonly Destination[], service: ServiceName, from: string): SubsetWeights {
  const served = route.filter((destination) => getsRequests(destination, route));
  const own = served.filter((destination) => leadsTo(service, from)(destination));
  if (served.length === 1)
    return Object.fromEntries(own.map(({ destination }) => [destination.subset ?? '', 100]));
  const split: Record<string, number> = {};
  for (const { destination, weight = 0 } of own)
    split[destination.subset ?? ''] = (split[destination.subset ?? ''] ?? 0) + weight;
  return split;
}

/** Whether a proxy's routes of one object are the wanted ones, known by their names where they have any. */
export function isAsWanted(seen: readonly SeenSplit[], wanted: readonly WantedSplit[]): boolean {
  if (wanted.every(({ route }) => route === undefined))
    return areWanted(
      seen.map(({ split }) => split),
      wanted,
    );
  return seen.every((one) =>
    wanted.some(
      ({ route, split, kept }) =>
        route === one.route && (kept === true || sameSubsetWeights(split, one.split)),
    ),
  );
}

/** Whether a proxy's routes are the wanted ones; one without any has nothing to do with the object. */
export function areWanted(seen: readonly SubsetWeights[], wanted: readonly WantedSplit[]): boolean {
  if (seen.length === 0) return true;
  const [first] = wanted;
  const alike = first !== undefined && wanted.every(({ split }) => sameSubsetWeights(split, first.split));
  if (alike) return seen.every((split) => sameSubsetWeights(split, first.split));
  return inOrder(seen, wanted);
}

/** Whether the splits come in the wanted order, some of those that need not be there left out. */
function inOrder(seen: readonly SubsetWeights[], wanted: readonly WantedSplit[]): boolean {
  // How many of the seen ones may be accounted for: all possibilities at once, each wanted one takes them further.
  let reached = new Set([0]);
  for (const { split, always } of wanted) {
    const next = [...reached].filter((index) => sameSubsetWeights(seen[index] ?? {}, split));
    reached = new Set([...next.map((index) => index + 1), ...(always ? [] : reached)]);
  }
  return reached.has(seen.length);
}
