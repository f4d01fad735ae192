import type { SubsetWeights } from '../../../domain/rollout.ts';
import { sameSubsetWeights } from '../../../domain/weights.ts';
import { leadsTo, splitOf } from '../../../manifests/destinations.ts';
import { isForEverybody } from '../../../manifests/recorded-routes.ts';
import { namespaceOf } from '../../../manifests/virtual-service.ts';
import type { VirtualService } from '../routing/routing-object.ts';

/** How one route, as Envoy is to have it, must split a host's requests. */
export interface WantedSplit {
  readonly split: SubsetWeights;
  /** Whether every proxy has it; Istio leaves out routes whose conditions can never hold for a proxy. */
  readonly always: boolean;
  /** Name that the route has in the proxies; absent where it is known by its place. */
  readonly route?: string;
}

/** How a route of a proxy splits a host's requests. */
export interface SeenSplit {
  readonly split: SubsetWeights;
  readonly route: string;
}

/** What proxies must have of a VirtualService, in order: Istio makes one route of each match, and none behind one for everybody. */
export function wantedSplits(object: VirtualService, host: string): WantedSplit[] {
  const leadsToHost = leadsTo(host, namespaceOf(object));
  const routes = object.spec?.http ?? [];
  const last = routes.findIndex(isForEverybody);
  return routes.flatMap(({ match = [], route = [] }, index) => {
    if (!route.some(leadsToHost)) return [];
    const wanted = {
      split: splitOf(route.filter(leadsToHost)),
      always: match.length === 0 && index === last,
    };
    return Array.from({ length: Math.max(match.length, 1) }, () => wanted);
  });
}

/** Whether a proxy's routes are the wanted ones, known by their names where they have any. */
export function isAsWanted(seen: readonly SeenSplit[], wanted: readonly WantedSplit[]): boolean {
  if (wanted.every(({ route }) => route === undefined))
    return areWanted(
      seen.map(({ split }) => split),
      wanted,
    );
  return seen.every((one) =>
    wanted.some(({ route, split }) => route === one.route && sameSubsetWeights(split, one.split)),
  );
}

/** Whether a proxy's routes are the wanted ones; one without any does not call the service. */
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
