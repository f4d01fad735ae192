import { backendsOf } from '../../../domain/backends.ts';
import { noDiversion, type Diversion, type Diversions } from '../../../domain/diversions.ts';
import { gatewayApiVersion } from '../../../domain/routing.ts';
import type { ServiceSpec } from '../../../domain/spec/document.ts';
import {
  leadsTo,
  splitOf,
  versionsOf,
  type RoutedService,
} from '../../../manifests/gateway-api/backend-refs.ts';
import {
  copiesOf,
  refuseMirrored,
  withDiversion,
  withoutDiversion,
} from '../../../manifests/gateway-api/diverted-rules.ts';
import {
  editRules,
  namespaceOf,
  portsRouted,
  routeLabel,
  routesTo,
  ruleName,
  useOf,
  weightedHttpRoute,
} from '../../../manifests/gateway-api/http-route.ts';
import { recordRules, restoreRules } from '../../../manifests/gateway-api/recorded-rules.ts';
import { isTesterRoute } from '../../../manifests/tester-route.ts';
import type { RouteSource, WantedSplit } from '../observe/wanted-splits.ts';
import type { HttpRoute } from './routing-object.ts';
import { steeringOf } from './steering-mark.ts';
import type { Router } from './router.ts';

/**
 * The Kubernetes Gateway API: HTTPRoutes whose backends are the service or Services of its single versions. Their parents
 * are Gateways, or inside the mesh the service itself; there Istio follows all HTTPRoutes of a service.
 */
export function httpRoutes(
  services: readonly ServiceSpec[],
  namespace: string,
  diversions: Diversions = {},
): Router<HttpRoute> {
  const diversionOf = (host: string) => diversions[host] ?? noDiversion;
  const routed = (host: string): RoutedService => {
    const service = services.find((one) => one.host === host);
    return { host, namespace, backends: service === undefined ? {} : backendsOf(service) };
  };
  return {
    apiVersion: gatewayApiVersion,
    kind: 'HTTPRoute',
    field: 'rules',
    diversions,
    routesHost: (route, host) =>
      routesTo(route, routed(host)) || portsRouted(route, host, namespace).length > 0,
    weigh(route, host, weights) {
      const [service, diversion] = [routed(host), diversionOf(host)];
      const plain = editRules(withoutDiversion(route, service, diversion), service, weights);
      return withDiversion(plain, service, diversion) as HttpRoute;
    },
    restore(route, host, weights, recorded) {
      const { name } = route.metadata;
      const plain = withoutDiversion(route, routed(host), diversionOf(host));
      const own = recorded.find((record) => 'httpRoute' in record && record.httpRoute === name);
      const rules = own !== undefined && 'rules' in own ? own.rules : [];
      return restoreRules(plain, routed(host), weights, rules) as HttpRoute;
    },
    record: (route, host) => ({ httpRoute: route.metadata.name, rules: recordRules(route, routed(host)) }),
    splitsOf: (route, host) =>
      splitsIn(route, routed(host), diversionOf(host))
        .filter(({ kept, tester }) => kept !== true && tester === undefined)
        .map(({ split }) => split),
    keptRoutes: (route, host) => keptRules(route, routed(host)),
    sourcesOf: (all, host) => all.flatMap((route) => sourceOf(route, routed(host), diversionOf(host))),
    missing(all, host, ports, weights) {
      const covered = all.flatMap((route) => portsRouted(route, host, namespace));
      if (covered.includes(null)) return [];
      const open = ports.filter((port) => !covered.includes(port));
      return open.map((port) => {
        const made = weightedHttpRoute(routed(host), port, weights);
        return named(withDiversion(made, routed(host), diversionOf(host)) as HttpRoute, port, ports);
      });
    },
    refuse(own, host) {
      for (const route of own) refuseHttpRoute(route, routed(host));
      if (diversionOf(host).mirror === null) return;
      // Copies on an object that a run steers are a run's.
      for (const route of own) if (steeringOf(route) === null) refuseMirrored(route, routed(host));
    },
    warningsOf: () => [],
  };
}

function refuseHttpRoute(route: HttpRoute, service: RoutedService): void {
  const { host, namespace } = service;
  if (namespaceOf(route) !== namespace)
    throw new Error(
      `${routeLabel(route)} routes ${host} of namespace ${namespace}: its backends would be Services of another namespace, ` +
        'which takes ReferenceGrants, and callers elsewhere do not follow it: move it there, or leave it alone (spec.routing.ignore)',
    );
  if (routesTo(route, service)) return;
  throw new Error(
    `${routeLabel(route)} has no rule to ${host} or a Service of one of its versions: ` +
      'add one, or remove the HTTPRoute so that it can be made',
  );
}

function sourceOf(route: HttpRoute, service: RoutedService, diversion: Diversion): RouteSource[] {
  const splits = splitsIn(route, service, diversion);
  return splits.length === 0 ? [] : [{ origin: null, splits }];
}

/**
 * Istio makes one route of each match of a rule, orders them as the Gateway API says, and names each for its rule: that
 * is how they are known again, whatever their order.
 */
function splitsIn(object: HttpRoute, service: RoutedService, { mirror }: Diversion): WantedSplit[] {
  const { metadata, spec } = object;
  const from = namespaceOf(object);
  return (spec.rules ?? []).flatMap((rule, index) => {
    const use = useOf(rule, service, from);
    if (use === 'elsewhere') return [];
    const refs = (rule.backendRefs ?? []).filter(leadsTo(service, from));
    const route = rule.name ?? `${from}.${metadata.name}.${index}`;
    const isTesters = isTesterRoute(rule.name);
    return [
      {
        split: splitOf(refs, service),
        always: isTesters,
        route,
        kept: use === 'kept' && !isTesters,
        ...(isTesters && { tester: route }),
        ...(mirror !== null && { copies: copiesOf(rule, service, from) }),
      },
    ];
  });
}

function keptRules(object: HttpRoute, service: RoutedService): string[] {
  const from = namespaceOf(object);
  return (object.spec.rules ?? []).flatMap((rule, index) => {
    if (useOf(rule, service, from) !== 'kept' || isTesterRoute(rule.name)) return [];
    const refs = (rule.backendRefs ?? []).filter(leadsTo(service, from));
    return [`rule ${ruleName(rule, index)} (${versionsOf(refs, service).join(', ')})`];
  });
}

/** The first port's bears the service's name; each further port's has a name of its own. */
function named(route: HttpRoute, port: number, ports: readonly number[]): HttpRoute {
  if (port === ports[0]) return route;
  return { ...route, metadata: { ...route.metadata, name: `${route.metadata.name}-${port}` } };
}
