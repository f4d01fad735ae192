import { isDeepStrictEqual } from 'node:util';
import type { IVirtualService } from '@kubernetes-models/istio/networking.istio.io/v1';
import type { SubsetWeights } from '../domain/rollout.ts';
import { sameSubsetWeights } from '../domain/weights.ts';
import {
  leadsTo,
  splitOf,
  weighDestinations,
  type Destination,
  type HttpRoute,
  type SteeredService,
} from './destinations.ts';
import { useOf } from './route-use.ts';
import { editRoutes, namespaceOf } from './virtual-service.ts';

type Match = NonNullable<HttpRoute['match']>;

/** Where one http route led. A route is known again by its match, for its place changes when another is put before it. */
export interface RecordedRoute {
  readonly match: Match;
  readonly destinations: readonly Destination[];
}

/** Conditions that tell requests apart; the others of a match (port, gateways) tell where they come in. */
const narrowing = [
  'headers',
  'withoutHeaders',
  'queryParams',
  'method',
  'authority',
  'scheme',
  'sourceLabels',
  'sourceNamespace',
] as const;

/** Whether a route takes all requests that reach it: it has no match, or one that tells no requests apart. */
export function isForEverybody({ match = [] }: HttpRoute): boolean {
  return match.length === 0 || match.some((one) => !narrows(one));
}

function narrows(match: Match[number]): boolean {
  const path = match.uri !== undefined && (match.uri as { prefix?: string }).prefix !== '/';
  return path || narrowing.some((condition) => match[condition] !== undefined);
}

/** Where the http routes lead that a rollout steers. */
export function recordRoutes(existing: IVirtualService, service: SteeredService): RecordedRoute[] {
  return (existing.spec?.http ?? [])
    .filter((route) => useOf(route, service, namespaceOf(existing)) === 'steered')
    .map(({ match = [], route = [] }) => ({ match, destinations: route }));
}

/**
 * The existing VirtualService with every route that a rollout steers, by path or for everybody, on the weights: exactly
 * as it was recorded where that split requests the same way, else by the weights, for what it had may be all versions
 * or the split of a run that was killed, and a bad version must not keep requests. Never refuses a route: one that mixes
 * hosts keeps the share of the others.
 */
export function restoreRoutes(
  existing: IVirtualService,
  service: SteeredService,
  weights: SubsetWeights,
  recorded: readonly RecordedRoute[],
): IVirtualService {
  return editRoutes(existing, service, (route) => {
    const record = recordOf(route, recorded)?.destinations;
    if (record !== undefined && sameSubsetWeights(splitOf(record), weights)) return [...record];
    return restoreShare(route.route ?? [], service, weights, namespaceOf(existing));
  });
}

/** The service's own share of a route on the weights; destinations elsewhere and of subsets not in the spec stay. */
function restoreShare(
  destinations: readonly Destination[],
  service: SteeredService,
  weights: SubsetWeights,
  from: string,
): Destination[] {
  const leadsHere = leadsTo(service, from);
  const isOurs = ({ destination }: Destination) =>
    leadsHere({ destination }) &&
    (destination.subset === undefined || service.subsets.includes(destination.subset));
  const ours = destinations.filter(isOurs);
  const weighed = weighDestinations(ours, service.host, weights);
  if (ours.length === destinations.length) return weighed;
  const share = ours.reduce((sum, { weight = 0 }) => sum + weight, 0);
  const scaled = weighed.map((one) => ({ ...one, weight: Math.round(((one.weight ?? 0) * share) / 100) }));
  return [...scaled, ...destinations.filter((destination) => !isOurs(destination))];
}

function recordOf({ match = [] }: HttpRoute, recorded: readonly RecordedRoute[]): RecordedRoute | undefined {
  return recorded.find((record) => isDeepStrictEqual(record.match, match));
}
