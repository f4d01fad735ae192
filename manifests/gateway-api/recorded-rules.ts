import { isDeepStrictEqual } from 'node:util';
import type { IHTTPRoute } from '@kubernetes-models/gateway-api/gateway.networking.k8s.io/v1/HTTPRoute';
import type { SubsetWeights } from '../../domain/rollout.ts';
import { sameSubsetWeights } from '../../domain/weights.ts';
import {
  leadsTo,
  splitOf,
  weighRefs,
  type BackendRef,
  type RoutedService,
  type Rule,
} from './backend-refs.ts';
import { editBackends, namespaceOf, useOf } from './http-route.ts';

type Matches = NonNullable<Rule['matches']>;

/** Where one rule led. It is known again by its matches, for its place changes when another is put before it. */
export interface RecordedRule {
  readonly matches: Matches;
  readonly backendRefs: readonly BackendRef[];
}

/** Where the rules lead that a rollout steers. */
export function recordRules(route: IHTTPRoute, service: RoutedService): RecordedRule[] {
  return (route.spec.rules ?? [])
    .filter((rule) => useOf(rule, service, namespaceOf(route)) === 'steered')
    .map(({ matches = [], backendRefs = [] }) => ({ matches, backendRefs }));
}

/**
 * The existing HTTPRoute with every rule that a rollout steers, by path or for everybody, on the weights: exactly as it
 * was recorded where that split requests the same way, else by the weights, for what it had may be all versions or the
 * split of a run that was killed, and a bad version must not keep requests. Never refuses a rule: one that mixes services
 * keeps the share of the others.
 */
export function restoreRules(
  route: IHTTPRoute,
  service: RoutedService,
  weights: SubsetWeights,
  recorded: readonly RecordedRule[],
): IHTTPRoute {
  return editBackends(route, service, (rule) => {
    const record = recordOf(rule, recorded)?.backendRefs;
    if (record !== undefined && sameSubsetWeights(splitOf(record, service), weights)) return [...record];
    return restoreShare(rule.backendRefs ?? [], service, weights, namespaceOf(route));
  });
}

function restoreShare(
  refs: readonly BackendRef[],
  service: RoutedService,
  weights: SubsetWeights,
  from: string,
): BackendRef[] {
  const leadsHere = leadsTo(service, from);
  const ours = refs.filter(leadsHere);
  const weighed = weighRefs(ours, service, weights);
  if (ours.length === refs.length) return weighed;
  const share = ours.reduce((sum, { weight = 1 }) => sum + weight, 0);
  const scaled = weighed.map((one) => ({ ...one, weight: Math.round(((one.weight ?? 1) * share) / 100) }));
  return [...scaled, ...refs.filter((ref) => !leadsHere(ref))];
}

function recordOf({ matches = [] }: Rule, recorded: readonly RecordedRule[]): RecordedRule | undefined {
  return recorded.find((record) => isDeepStrictEqual(record.matches, matches));
}
