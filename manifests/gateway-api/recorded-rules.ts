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
import { editBackends } from './http-route.ts';

type Matches = NonNullable<Rule['matches']>;

/** Where one rule led. It is known again by its matches, for its place changes when another is put before it. */
export interface RecordedRule {
  readonly matches: Matches;
  readonly backendRefs: readonly BackendRef[];
}

/** Where the rules to a service lead now. */
export function recordRules(route: IHTTPRoute, service: RoutedService): RecordedRule[] {
  return (route.spec.rules ?? [])
    .filter(({ backendRefs }) => backendRefs?.some(leadsTo(service)))
    .map(({ matches = [], backendRefs = [] }) => ({ matches, backendRefs }));
}

/** Whether a rule takes all requests that reach it: it has no match, or one that tells no requests apart. */
export function isForEverybody({ matches = [] }: Rule): boolean {
  return matches.length === 0 || matches.some((match) => !narrows(match));
}

function narrows({ path, headers = [], queryParams = [], method }: Matches[number]): boolean {
  const anyPath = path === undefined || (path.type !== 'Exact' && (path.value ?? '/') === '/');
  return !anyPath || headers.length > 0 || queryParams.length > 0 || method !== undefined;
}

/**
 * The existing HTTPRoute with every rule for some requests (testers, a path) leading where it was recorded to lead. Rules
 * without a record get the weights, and so do rules for everybody: what they had may be the split of a run that was
 * killed, or all versions, and a bad one must not keep requests. Throws as `editRules` does.
 */
export function restoreRules(
  route: IHTTPRoute,
  service: RoutedService,
  weights: SubsetWeights,
  recorded: readonly RecordedRule[],
): IHTTPRoute {
  return editBackends(route, service, (rule) => {
    const record = recordOf(rule, recorded)?.backendRefs;
    const isFit = !isForEverybody(rule) || sameSubsetWeights(splitOf(record ?? [], service), weights);
    return record !== undefined && isFit ? [...record] : weighRefs(rule.backendRefs ?? [], service, weights);
  });
}

function recordOf({ matches = [] }: Rule, recorded: readonly RecordedRule[]): RecordedRule | undefined {
  return recorded.find((record) => isDeepStrictEqual(record.matches, matches));
}
