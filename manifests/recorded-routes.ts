import { isDeepStrictEqual } from 'node:util';
import type { IVirtualService } from '@kubernetes-models/istio/networking.istio.io/v1';
import type { SubsetWeights } from '../domain/rollout.ts';
import { sameSubsetWeights } from '../domain/weights.ts';
import { leadsTo, splitOf, weighDestinations, type Destination, type HttpRoute } from './destinations.ts';
import { editDestinations, namespaceOf } from './virtual-service.ts';

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

/** Where the http routes to the host lead now. */
export function recordRoutes(existing: IVirtualService, host: string): RecordedRoute[] {
  const leadsToHost = leadsTo(host, namespaceOf(existing));
  return (existing.spec?.http ?? [])
    .filter(({ route }) => route?.some(leadsToHost))
    .map(({ match = [], route = [] }) => ({ match, destinations: route }));
}

/**
 * The existing VirtualService with every route for some requests (testers, a path) leading where it was recorded to
 * lead. Routes without a record get the weights, and so do routes for everybody: what they had may be the split of a
 * run that was killed, or all versions, and a bad one must not keep requests. Throws as `editWeights` does.
 */
export function restoreRoutes(
  existing: IVirtualService,
  host: string,
  weights: SubsetWeights,
  recorded: readonly RecordedRoute[],
): IVirtualService {
  return editDestinations(existing, host, (route) => {
    const record = recordOf(route, recorded)?.destinations;
    const isFit = !isForEverybody(route) || sameSubsetWeights(splitOf(record ?? []), weights);
    return record !== undefined && isFit ? [...record] : weighDestinations(route.route ?? [], host, weights);
  });
}

function recordOf({ match = [] }: HttpRoute, recorded: readonly RecordedRoute[]): RecordedRoute | undefined {
  return recorded.find((record) => isDeepStrictEqual(record.match, match));
}
