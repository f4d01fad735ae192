import { getsRequests, leadsTo, type HttpRoute, type SteeredService } from './destinations.ts';

type Match = NonNullable<HttpRoute['match']>[number];

/** What a rollout does about an http route: gives it weights, leaves it as its owner wrote it, or has nothing to do with it. */
export type RouteUse = 'steered' | 'kept' | 'elsewhere';

/** Conditions that single out users or callers; every other one holds for whoever asks. */
const personal = ['headers', 'withoutHeaders', 'queryParams', 'sourceLabels', 'sourceNamespace'] as const;

/**
 * What a rollout does about an http route of a VirtualService in the namespace `from`. Kept are routes of single users
 * (by headers, query or caller) to subsets, and routes that lead to subsets which the spec does not name.
 */
export function useOf(route: HttpRoute, service: SteeredService, from: string): RouteUse {
  const subsets = subsetsOf(route, service, from);
  if (subsets.length === 0) return 'elsewhere';
  if (subsets.every((subset) => subset !== '' && !service.subsets.includes(subset))) return 'kept';
  return isForSomeUsers(route) && !subsets.includes('') ? 'kept' : 'steered';
}

/** Whether a route is for single users or callers: each of its matches asks for a header, a query or a caller. */
export function isForSomeUsers({ match = [] }: HttpRoute): boolean {
  return match.length > 0 && match.every(isPersonal);
}

/** Subsets of the service that get requests of a route; the empty name is the whole service. */
export function subsetsOf({ route = [] }: HttpRoute, service: SteeredService, from: string): string[] {
  const leadsHere = leadsTo(service, from);
  const own = route.filter((destination) => leadsHere(destination));
  // Weights of 0 everywhere say nothing of who is meant.
  const isWeighed = route.some((destination) => getsRequests(destination, route));
  const served = isWeighed ? own.filter((destination) => getsRequests(destination, route)) : own;
  return served.map(({ destination }) => destination.subset ?? '');
}

function isPersonal(match: Match): boolean {
  return personal.some((condition) => isGiven(match[condition]));
}

/** An empty condition holds for everybody. */
function isGiven(condition: unknown): boolean {
  if (typeof condition === 'string') return condition !== '';
  return typeof condition === 'object' && condition !== null && Object.keys(condition).length > 0;
}
