import type { IHTTPRoute } from '@kubernetes-models/gateway-api/gateway.networking.k8s.io/v1/HTTPRoute';
import type { SubsetWeights } from '../../domain/rollout.ts';
import { gatewayApiVersion } from '../../domain/routing.ts';
import type { Manifest } from '../manifest.ts';
import { leadsTo, weighRefs, type BackendRef, type RoutedService, type Rule } from './backend-refs.ts';

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
  const own = route.metadata?.namespace ?? 'default';
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

/**
 * The existing HTTPRoute with new weights on every rule that leads to the service, those of single users or headers too: a
 * stage, and even more a roll back, must not miss a request. Matches, filters, timeouts, retries, order and rules to
 * elsewhere stay as they are; backends come and go as the weights ask.
 *
 * Throws where weights cannot say it all: a rule that mixes services, a backend without port, no rule to the service.
 */
export function editRules(route: IHTTPRoute, service: RoutedService, weights: SubsetWeights): IHTTPRoute {
  return editBackends(route, service, ({ backendRefs = [] }) => weighRefs(backendRefs, service, weights));
}

/** The existing HTTPRoute with other backends on every rule to the service; throws as `editRules` does. */
export function editBackends(
  route: IHTTPRoute,
  service: RoutedService,
  backendsOf: (rule: Rule) => BackendRef[],
): IHTTPRoute {
  const rules = route.spec.rules ?? [];
  const edited = rules.map((rule, index) => {
    if (rule.backendRefs?.some(leadsTo(service)) !== true) return rule;
    refuseMixed(rule, `${routeLabel(route)}: rule ${ruleName(rule, index)}`, service);
    return { ...rule, backendRefs: backendsOf(rule) };
  });
  if (edited.every((rule, index) => rule === rules[index])) {
    throw new Error(
      `${routeLabel(route)} has no rule to ${service.host} or a Service of one of its versions: ` +
        'add one, or remove the HTTPRoute so that it can be made',
    );
  }
  return { ...route, spec: { ...route.spec, rules: edited } };
}

function refuseMixed({ backendRefs = [] }: Rule, label: string, service: RoutedService): void {
  const others = backendRefs.filter((ref) => !leadsTo(service)(ref));
  if (others.length === 0) return;
  const names = [...new Set(others.map(({ kind = 'Service', name }) => `${kind} ${name}`))].join(', ');
  throw new Error(
    `${label} splits requests between ${service.host} and ${names}: ` +
      `weights can be shifted where all backends are ${[service.host, ...Object.keys(service.backends)].join(', ')}`,
  );
}
