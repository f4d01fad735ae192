import type { SubsetWeights } from '../../../domain/rollout.ts';
import { sameSubsetWeights } from '../../../domain/weights.ts';
import { getsRequests, leadsTo, type Destination, type HttpRoute } from '../../../manifests/destinations.ts';
import type { ServiceName } from '../../../manifests/host.ts';
import { isForEverybody } from '../../../manifests/recorded-routes.ts';
import { isTesterRoute, testerRouteIn } from '../../../manifests/tester-route.ts';
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
  /** Name of a route of testers: no other may be in its place. */
  readonly tester?: string;
  /** Percent of the requests that subsets get copies of; absent where that is not the rollout's. */
  readonly copies?: SubsetWeights;
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
  /** Percent of the requests that subsets get copies of. */
  readonly copies?: SubsetWeights;
}

/**
 * What proxies must have of http routes, in order: Istio makes one route of each match, and none behind one for
 * everybody.
 * @param mirrors whether the rollout says who gets copies
 */
export function splitsWanted(
  routes: readonly PlacedRoute[],
  service: ServiceName,
  mirrors = false,
): WantedSplit[] {
  const last = routes.findIndex(({ route }) => isForEverybody(route));
  return routes.flatMap(({ route, from }, index) => {
    const { match = [], route: destinations = [], name } = route;
    const split = shareOf(destinations, service, from);
    if (Object.keys(split).length === 0) return [];
    const isTesters = isTesterRoute(name);
    const always = isTesters
      ? (last === -1 || index < last) && isEverywhere(route)
      : match.length === 0 && index === last;
    const wanted = {
      split,
      always,
      ...(isTesters && name !== undefined && { tester: name }),
      ...(mirrors && { copies: copiesOf(route, service, from) }),
    };
    return Array.from({ length: Math.max(match.length, 1) }, () => wanted);
  });
}

/** Whether every proxy that has the object's routes has this one. */
function isEverywhere({ match = [] }: HttpRoute): boolean {
  return match.every(
    ({ gateways = [], sourceLabels = {}, sourceNamespace = '', port }) =>
      gateways.length === 0 &&
      Object.keys(sourceLabels).length === 0 &&
      sourceNamespace === '' &&
      port === undefined,
  );
}

/** Copies of a route's requests that go to the service. */
function copiesOf(
  { mirror, mirrorPercentage, mirrors = [] }: HttpRoute,
  service: ServiceName,
  from: string,
): SubsetWeights {
  const single = mirror === undefined ? [] : [{ destination: mirror, percentage: mirrorPercentage }];
  const own = [...single, ...mirrors].filter(({ destination }) => leadsTo(service, from)({ destination }));
  return Object.fromEntries(
    own.map(({ destination, percentage }) => [destination.subset ?? '', percentage?.value ?? 100]),
  );
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
  if (wanted.every(({ route }) => route === undefined)) return areWanted(seen, wanted);
  const isRight = (one: SeenSplit) =>
    wanted.some((other) => other.route === one.route && (other.kept === true || isSame(one, other)));
  return seen.every(isRight) && missingTesters(seen, wanted).length === 0;
}

/** Whether a proxy's routes are the wanted ones; one without any has nothing to do with the object. */
export function areWanted(seen: readonly SeenSplit[], wanted: readonly WantedSplit[]): boolean {
  if (seen.length === 0) return true;
  const [first] = wanted;
  const alike =
    first !== undefined &&
    wanted.every(
      ({ split, tester, copies }) =>
        tester === undefined &&
        sameSubsetWeights(split, first.split) &&
        sameSubsetWeights(copies ?? {}, first.copies ?? {}),
    );
  if (alike) return seen.every((one) => isSame(one, first));
  return inOrder(seen, wanted);
}

/** Whether a route of a proxy splits and copies requests as wanted, and is for testers where that is. */
export function isSame({ split, route, copies = {} }: SeenSplit, wanted: WantedSplit): boolean {
  return (
    sameSubsetWeights(split, wanted.split) &&
    (wanted.copies === undefined || sameSubsetWeights(copies, wanted.copies)) &&
    testerRouteIn(route) === (wanted.tester ?? null)
  );
}

/** Names of testers' routes that every proxy has, and this one has not. */
export function missingTesters(seen: readonly SeenSplit[], wanted: readonly WantedSplit[]): string[] {
  return wanted.flatMap(({ tester, always }) =>
    tester !== undefined && always && !seen.some(({ route }) => testerRouteIn(route) === tester)
      ? [tester]
      : [],
  );
}

/** Whether the splits come in the wanted order, some of those that need not be there left out. */
function inOrder(seen: readonly SeenSplit[], wanted: readonly WantedSplit[]): boolean {
  // How many of the seen ones may be accounted for: all possibilities at once, each wanted one takes them further.
  let reached = new Set([0]);
  for (const one of wanted) {
    const next = [...reached].filter((index) => isSeen(seen[index], one));
    reached = new Set([...next.map((index) => index + 1), ...(one.always ? [] : reached)]);
  }
  return reached.has(seen.length);
}

function isSeen(seen: SeenSplit | undefined, wanted: WantedSplit): boolean {
  return seen !== undefined && isSame(seen, wanted);
}
