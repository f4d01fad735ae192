/** Rules of an HTTPRoute that divert requests past the weights: testers' ones, and copies of everybody's. */
import type { IHTTPRoute } from '@kubernetes-models/gateway-api/gateway.networking.k8s.io/v1/HTTPRoute';
import type { Copies, Diversion, RequestMatch, StringMatch } from '../../domain/diversions.ts';
import type { SubsetWeights } from '../../domain/rollout.ts';
import { quote } from '../../domain/spec/cookie-match.ts';
import { isTesterRoute, testerRouteName } from '../tester-route.ts';
import { leadsTo, weighRefs, type RoutedService, type Rule } from './backend-refs.ts';
import { namespaceOf, routeLabel, ruleName, useOf } from './http-route.ts';

type Matches = NonNullable<Rule['matches']>;
type Filter = NonNullable<Rule['filters']>[number];

/** The object without what diverts the service's requests; copies are a run's own where it steers them. */
export function withoutDiversion(
  object: IHTTPRoute,
  service: RoutedService,
  { mirror }: Pick<Diversion, 'mirror'>,
): IHTTPRoute {
  const { rules } = object.spec;
  if (rules === undefined) return object;
  const others = rules.filter(({ name }) => !isTesterRoute(name, service.host));
  const kept = mirror === null ? others : others.map((rule) => unmirrored(rule, object, service));
  return { ...object, spec: { ...object.spec, rules: kept } };
}

/**
 * The object with what diverts the service's requests: for each rule that a rollout steers one for its testers, which
 * keeps all else of it and goes before it as the more specific one, and copies on the rule itself. Rules of testers
 * come last: Istio knows a rule without a name by its place.
 * @throws Error where a rule cannot be divided so
 */
export function withDiversion(
  object: IHTTPRoute,
  service: RoutedService,
  { testers, mirror }: Diversion,
): IHTTPRoute {
  const { rules } = object.spec;
  if (rules === undefined) return object;
  const isSteered = (rule: Rule) => useOf(rule, service, namespaceOf(object)) === 'steered';
  const labelOf = (rule: Rule, index: number) => `${routeLabel(object)}: rule ${ruleName(rule, index)}`;
  const own = rules.map((rule, index) =>
    mirror !== null && mirror.percent > 0 && isSteered(rule)
      ? mirrored(rule, mirror, service, labelOf(rule, index))
      : rule,
  );
  const added = rules.flatMap((rule, index): Rule[] =>
    isSteered(rule)
      ? testers.map(({ subset, matches }) => ({
          ...rule,
          name: testerRouteName(service.host, subset, index, matches),
          matches: bothMatches(rule.matches, matches, labelOf(rule, index)),
          backendRefs: weighRefs(rule.backendRefs ?? [], service, { [subset]: 100 }),
        }))
      : [],
  );
  return { ...object, spec: { ...object.spec, rules: [...own, ...added] } };
}

/** Percent of a rule's requests that versions of the service get copies of. */
export function copiesOf({ filters = [] }: Rule, service: RoutedService, from: string): SubsetWeights {
  const copies = filters.flatMap(({ requestMirror }) =>
    requestMirror !== undefined && leadsTo(service, from)(requestMirror.backendRef)
      ? [[service.backends[requestMirror.backendRef.name] ?? '', percentOf(requestMirror)] as const]
      : [],
  );
  return Object.fromEntries(copies);
}

function percentOf({ percent, fraction }: NonNullable<Filter['requestMirror']>): number {
  if (fraction === undefined) return percent ?? 100;
  return (100 * fraction.numerator) / (fraction.denominator ?? 100);
}

/** @throws Error where a steered rule mirrors already, not by this run */
export function refuseMirrored(object: IHTTPRoute, service: RoutedService): void {
  (object.spec.rules ?? []).forEach((rule, index) => {
    if (useOf(rule, service, namespaceOf(object)) === 'steered' && mirrors(rule))
      throw alreadyMirrored(`${routeLabel(object)}: rule ${ruleName(rule, index)}`);
  });
}

function alreadyMirrored(label: string): Error {
  return new Error(`${label} mirrors requests already: end that, or leave mirror out of the stages`);
}

function mirrors({ filters = [] }: Rule): boolean {
  return filters.some(({ type }) => type === 'RequestMirror');
}

function mirrored(rule: Rule, { subset, percent }: Copies, service: RoutedService, label: string): Rule {
  if (mirrors(rule)) throw alreadyMirrored(label);
  const [ref] = weighRefs(rule.backendRefs ?? [], service, { [subset]: 100 }).filter(
    ({ name }) => service.backends[name] === subset,
  );
  if (ref === undefined) throw new Error(`subset ${subset} of ${service.host} has no Service of its own`);
  const { name, port } = ref;
  const backendRef = { group: '', kind: 'Service', name, ...(port !== undefined && { port }) };
  const filter: Filter = { type: 'RequestMirror', requestMirror: { backendRef, percent } };
  return { ...rule, filters: [...(rule.filters ?? []), filter] };
}

function unmirrored(rule: Rule, object: IHTTPRoute, service: RoutedService): Rule {
  const from = namespaceOf(object);
  if (rule.filters === undefined || useOf(rule, service, from) !== 'steered') return rule;
  const leadsHere = leadsTo(service, from);
  const left = rule.filters.filter(
    ({ requestMirror: copies }) =>
      copies === undefined ||
      !leadsHere(copies.backendRef) ||
      !Object.hasOwn(service.backends, copies.backendRef.name),
  );
  if (left.length > 0) return { ...rule, filters: left };
  return Object.fromEntries(Object.entries(rule).filter(([name]) => name !== 'filters'));
}

/** Requests that a rule takes and that are a tester's. */
function bothMatches(
  own: Matches = [{ path: { type: 'PathPrefix', value: '/' } }],
  testers: readonly RequestMatch[],
  label: string,
): Matches {
  return own.flatMap((match) =>
    testers.map(({ headers }) => {
      const twice = match.headers?.find(({ name }) => Object.hasOwn(headers, name.toLowerCase()))?.name;
      if (twice !== undefined)
        throw new Error(
          `${label} asks for header ${twice} itself: testers cannot be told by it there; name another header`,
        );
      const more = Object.entries(headers).map(([name, condition]) => ({ name, ...valueOf(condition) }));
      return { ...match, headers: [...(match.headers ?? []), ...more] };
    }),
  );
}

/** The Gateway API has no prefix: Istio takes its expressions as its own, for the whole value. */
function valueOf(condition: StringMatch) {
  if ('exact' in condition) return { type: 'Exact' as const, value: condition.exact };
  const value = 'prefix' in condition ? `${quote(condition.prefix)}.*` : condition.regex;
  return { type: 'RegularExpression' as const, value };
}
