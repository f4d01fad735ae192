import type { IVirtualService } from '@kubernetes-models/istio/networking.istio.io/v1';
import type { SubsetWeights } from '../domain/rollout.ts';
import { isSameHost, type ServiceName } from './host.ts';

/** One http route of a VirtualService. */
export type HttpRoute = NonNullable<NonNullable<IVirtualService['spec']>['http']>[number];

/** One weighted destination of an http route. */
export type Destination = NonNullable<HttpRoute['route']>[number];

/** A service whose requests are split over subsets. */
export interface SteeredService extends ServiceName {
  /** Names of the subsets that the spec gives it. */
  readonly subsets: readonly string[];
}

/** Whether a destination of an object in the namespace `from` is the Service. */
export function leadsTo(
  { host, namespace }: ServiceName,
  from: string,
): (destination: Pick<Destination, 'destination'>) => boolean {
  return ({ destination }) => isSameHost(destination.host, host, namespace, from);
}

/** Whether a destination gets any of its route's requests; the only one gets all, whatever its weight. */
export function getsRequests({ weight = 0 }: Destination, { length }: readonly unknown[]): boolean {
  return length === 1 || weight > 0;
}

/**
 * How destinations of one host split its requests, as Istio takes them: the only one that gets any gets all, whatever
 * its weight. A destination of all versions has the empty name.
 */
export function splitOf(destinations: readonly Destination[]): SubsetWeights {
  const [only] = destinations;
  if (destinations.length === 1 && only !== undefined) return { [only.destination.subset ?? '']: 100 };
  const split: Record<string, number> = {};
  for (const { destination, weight = 0 } of destinations)
    if (weight > 0) split[destination.subset ?? ''] = (split[destination.subset ?? ''] ?? 0) + weight;
  const subsets = Object.keys(split);
  return subsets.length === 1 ? { [subsets[0] ?? '']: 100 } : split;
}

/**
 * The destinations of one route under new weights. Those that are there keep their place and settings; a subset that
 * is not weighed any more leaves the route, or stays at weight 0 if it carries headers that could not be made again.
 */
export function weighDestinations(
  existing: readonly Destination[],
  host: string,
  weights: SubsetWeights,
): Destination[] {
  refuseBadWeights(host, weights);
  const added = Object.entries(weights)
    .filter(([subset]) => !existing.some(({ destination }) => destination.subset === subset))
    .map(([subset, weight]) => newDestination(existing, host, subset, weight));
  return [
    ...existing.flatMap((destination, index) => reweigh(destination, index, existing, weights)),
    ...added,
  ];
}

/** Throws unless weights are whole percents that add up to 100. */
export function refuseBadWeights(host: string, weights: SubsetWeights): void {
  const total = Object.values(weights).reduce((sum, weight) => sum + weight, 0);
  const allowed = Object.values(weights).every((weight) => Number.isInteger(weight) && weight >= 0);
  if (allowed && total === 100) return;
  throw new Error(
    `weights of ${host} are ${JSON.stringify(weights)}: they must be whole numbers from 0 that add up to 100`,
  );
}

function reweigh(
  destination: Destination,
  index: number,
  all: readonly Destination[],
  weights: SubsetWeights,
): Destination[] {
  const { subset } = destination.destination;
  const weight = subset === undefined ? undefined : weights[subset];
  const first = all.findIndex((other) => other.destination.subset === subset) === index;
  if (weight !== undefined && first) return [{ ...destination, weight }];
  return destination.headers === undefined ? [] : [{ ...destination, weight: 0 }];
}

/** Settings of a destination without subset were meant for every version; a named subset's are its own. */
function newDestination(
  existing: readonly Destination[],
  host: string,
  subset: string,
  weight: number,
): Destination {
  const whole = existing.find(({ destination }) => destination.subset === undefined);
  const model = (whole ?? existing[0])?.destination ?? { host };
  return { ...whole, destination: { ...model, subset }, weight };
}
