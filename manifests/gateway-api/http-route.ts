import type { IHTTPRoute } from '@kubernetes-models/gateway-api/gateway.networking.k8s.io/v1/HTTPRoute';
import type { SubsetWeights } from '../../domain/rollout.ts';
import { gatewayApiVersion } from '../../domain/routing.ts';
import type { Manifest } from '../manifest.ts';
import type { RouteUse } from '../route-use.ts';
import {
  leadsTo,
  versionsOf,
  weighRefs,
  type BackendRef,
  type RoutedService,
  type Rule,
} from './backend-refs.ts';

type ParentRef = NonNullable<IHTTPRoute['spec']['parentRefs']>[number];

/** An HTTPRoute that splits the requests inside the mesh to a port of a service over its versions. */
export function weightedHttpRoute(
  service: RoutedService,
  port: number,
  weights: SubsetWeights,
): IHTTPRoute & Manifest {
  const { host, namespace } = service;
  return {
    apiVersion: gatewayApiVersion,
    kind: 'HTTPRoute',
    metadata: { name: host, namespace },
    spec: {
      parentRefs: [{ group: '', kind: 'Service', name: host, port }],
      rules: [{ backendRefs: weighRefs([{ name: host, port }], service, weights) }],
    },
  };
}

/** The ports of a service whose requests inside the mesh an HTTPRoute routes; null in it for all of them. */
export function portsRouted(route: IHTTPRoute, host: string, namespace: string): (number | null)[] {
  const own = namespaceOf(route);
  return (route.spec.parentRefs ?? [])
    .filter((parent) => isService(parent) && parent.name === host && (parent.namespace ?? own) === namespace)
    .map(({ port }) => port ?? null);
}

/** Without a group and a kind, a parent is a Gateway. */
function isService({ group, kind }: ParentRef): boolean {
  return group === '' && kind === 'Service';
}

/** How messages name a rule: by its name, else by its place from 1. */
export function ruleName({ name }: Rule, index: number): string {
  return name === undefined ? `${index + 1}` : `'${name}'`;
}

/** How messages name an HTTPRoute. */
export function routeLabel({ metadata }: IHTTPRoute): string {
  return `HTTPRoute ${metadata?.namespace ?? 'default'}/${metadata?.name ?? ''}`;
}

/** Whether any rule of a route leads to the service, or to one of its versions. */
export function routesTo(route: IHTTPRoute, service: RoutedService): boolean {
  const leadsHere = leadsTo(service, namespaceOf(route));
  return (route.spec.rules ?? []).some(({ backendRefs = [] }) => backendRefs.some(leadsHere));
}

/** Its namespace, which is also that of backends and parents that name none. */
export function namespaceOf({ metadata }: IHTTPRoute): string {
  return metadata?.namespace ?? 'default';
}

/**
 * What a rollout does about a rule of a route in the namespace `from`: gives it weights, or has nothing to do with it.
 * Kept as its owner wrote it is a rule of single users (by headers or query) to single versions.
 */
export function useOf(rule: Rule, service: RoutedService, from: string): RouteUse {
  const { backendRefs = [] } = rule;
  const own = backendRefs.filter(leadsTo(service, from));
  const served = versionsOf(own, service);
  // Weights of 0 everywhere, in a rule for the service alone, are a split that nobody finished.
  if (own.length === 0 || (served.length === 0 && own.length < backendRefs.length)) return 'elsewhere';
  return isForSomeUsers(rule) && !served.includes('') ? 'kept' : 'steered';
}

/** Whether a rule is for single users: each of its matches asks for a header or a query. */
export function isForSomeUsers({ matches = [] }: Rule): boolean {
  return (
    matches.length > 0 &&
    matches.every(({ headers = [], queryParams = [] }) => headers.length + queryParams.length > 0)
  );
}

/**
 * The existing HTTPRoute with new weights on every rule that a rollout steers (see `useOf`). Matches, filters, timeouts,
 * retries, order and all other rules stay as they are; backends come and go as the weights ask.
 * @throws Error where weights cannot say it all: a rule that mixes services, one of single users to all versions
 */
export function editRules(route: IHTTPRoute, service: RoutedService, weights: SubsetWeights): IHTTPRoute {
  return editBackends(route, service, (rule, label) => {
    refuseMixed(rule, label, service, namespaceOf(route));
    if (isForSomeUsers(rule))
      throw new Error(
        `${label} is for single users (headers or query) and leads to all versions of ${service.host}: ` +
          'name the Service of the version that they are to have',
      );
    return weighRefs(rule.backendRefs ?? [], service, weights);
  });
}

/** The existing HTTPRoute with other backends on every rule that a rollout steers. */
export function editBackends(
  route: IHTTPRoute,
  service: RoutedService,
  backendsOf: (rule: Rule, label: string) => BackendRef[],
): IHTTPRoute {
  const { rules } = route.spec;
  if (rules === undefined) return route;
  const edited = rules.map((rule, index) =>
    useOf(rule, service, namespaceOf(route)) === 'steered'
      ? { ...rule, backendRefs: backendsOf(rule, `${routeLabel(route)}: rule ${ruleName(rule, index)}`) }
      : rule,
  );
  return { ...route, spec: { ...route.spec, rules: edited } };
}

function refuseMixed({ backendRefs = [] }: Rule, label: string, service: RoutedService, from: string): void {
  const leadsHere = leadsTo(service, from);
  const others = backendRefs.filter((ref) => !leadsHere(ref));
  if (others.length === 0) return;
  const names = [...new Set(others.map(({ kind = 'Service', name }) => `${kind} ${name}`))].join(', ');
  throw new Error(
    `${label} splits requests between ${service.host} and ${names}: ` +
      `weights can be shifted where all backends are ${[service.host, ...Object.keys(service.backends)].join(', ')}`,
  );
}
