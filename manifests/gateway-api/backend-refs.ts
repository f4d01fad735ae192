import type { IHTTPRoute } from '@kubernetes-models/gateway-api/gateway.networking.k8s.io/v1/HTTPRoute';
import type { Backends } from '../../domain/backends.ts';
import type { SubsetWeights } from '../../domain/rollout.ts';
import { refuseBadWeights } from '../destinations.ts';

/** One rule of an HTTPRoute. */
export type Rule = NonNullable<IHTTPRoute['spec']['rules']>[number];

/** One weighted backend of a rule. */
export type BackendRef = NonNullable<Rule['backendRefs']>[number];

/** A service as routes lead to it: as a whole by its own name, to a version by the Service of that. */
export interface RoutedService {
  readonly host: string;
  readonly namespace: string;
  readonly backends: Backends;
}

/**
 * Whether a backend is the service or one of its versions.
 * @param from namespace of the route that names the backend
 */
export function leadsTo(
  { host, namespace, backends }: RoutedService,
  from: string,
): (ref: BackendRef) => boolean {
  return ({ group = '', kind = 'Service', name, namespace: given = from }) =>
    group === '' &&
    kind === 'Service' &&
    given === namespace &&
    (name === host || Object.hasOwn(backends, name));
}

/** Versions that get requests by backends; the empty name is the whole service. Weights of 0 everywhere count as none. */
export function versionsOf(refs: readonly BackendRef[], { backends }: RoutedService): string[] {
  return refs.filter(({ weight = 1 }) => weight > 0).map(({ name }) => backends[name] ?? '');
}

/**
 * How backends split a service's requests: weights count in relation to each other, and one that is not given is 1. The
 * only one that gets any gets all. A backend of all versions has the empty name.
 */
export function splitOf(refs: readonly BackendRef[], { backends }: RoutedService): SubsetWeights {
  const split: Record<string, number> = {};
  for (const { name, weight = 1 } of refs)
    if (weight > 0) split[backends[name] ?? ''] = (split[backends[name] ?? ''] ?? 0) + weight;
  const [only = '', ...others] = Object.keys(split);
  return others.length === 0 && only in split ? { [only]: 100 } : split;
}

/**
 * The backends of one rule under new weights. Those that are there keep their place, port and filters; a version that is
 * not weighed any more leaves the rule, or stays at weight 0 if it carries filters that could not be made again.
 */
export function weighRefs(
  existing: readonly BackendRef[],
  service: RoutedService,
  weights: SubsetWeights,
): BackendRef[] {
  refuseBadWeights(service.host, weights);
  const added = Object.entries(weights)
    .filter(([subset]) => !existing.some(({ name }) => service.backends[name] === subset))
    .map(([subset, weight]) => newRef(existing, service, subset, weight));
  return [...existing.flatMap((ref, index) => reweigh(ref, index, existing, service, weights)), ...added];
}

function reweigh(
  ref: BackendRef,
  index: number,
  all: readonly BackendRef[],
  { backends }: RoutedService,
  weights: SubsetWeights,
): BackendRef[] {
  const subset = backends[ref.name];
  const weight = subset === undefined ? undefined : weights[subset];
  const first = all.findIndex(({ name }) => name === ref.name) === index;
  if (weight !== undefined && first) return [{ ...ref, weight }];
  return (ref.filters ?? []).length === 0 ? [] : [{ ...ref, weight: 0 }];
}

/** Settings of a backend of all versions were meant for each of them; those of one version are its own. */
function newRef(
  existing: readonly BackendRef[],
  { backends, host }: RoutedService,
  subset: string,
  weight: number,
): BackendRef {
  const name = Object.keys(backends).find((service) => backends[service] === subset);
  if (name === undefined) throw new Error(`subset ${subset} of ${host} has no Service of its own`);
  const whole = existing.find((ref) => backends[ref.name] === undefined);
  const port = (whole ?? existing[0])?.port;
  return { ...whole, group: '', kind: 'Service', name, ...(port !== undefined && { port }), weight };
}
