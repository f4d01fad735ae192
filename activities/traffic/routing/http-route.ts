import { backendsOf } from '../../../domain/backends.ts';
import { gatewayApiVersion } from '../../../domain/routing.ts';
import type { ServiceSpec } from '../../../domain/spec/document.ts';
import { leadsTo, splitOf, type RoutedService } from '../../../manifests/gateway-api/backend-refs.ts';
import { editRules, portsRouted, weightedHttpRoute } from '../../../manifests/gateway-api/http-route.ts';
import { recordRules, restoreRules } from '../../../manifests/gateway-api/recorded-rules.ts';
import type { HttpRoute } from './routing-object.ts';
import type { Router } from './router.ts';

/**
 * The Kubernetes Gateway API inside a mesh: HTTPRoutes whose parent is the service, and whose backends are Services of
 * single versions. Istio follows all HTTPRoutes of a service.
 */
export function httpRoutes(services: readonly ServiceSpec[], namespace: string): Router<HttpRoute> {
  const routed = (host: string): RoutedService => {
    const service = services.find((one) => one.host === host);
    return { host, namespace, backends: service === undefined ? {} : backendsOf(service) };
  };
  return {
    apiVersion: gatewayApiVersion,
    kind: 'HTTPRoute',
    field: 'rules',
    routesHost: (route, host, space) => portsRouted(route, host, space).length > 0,
    weigh: (route, host, weights) => editRules(route, routed(host), weights) as HttpRoute,
    restore(route, host, weights, recorded) {
      const { name } = route.metadata;
      const own = recorded.find((record) => 'httpRoute' in record && record.httpRoute === name);
      const rules = own !== undefined && 'rules' in own ? own.rules : [];
      return restoreRules(route, routed(host), weights, rules) as HttpRoute;
    },
    record: (route, host) => ({ httpRoute: route.metadata.name, rules: recordRules(route, routed(host)) }),
    splitsOf: (route, host) => splitsIn(route, routed(host)).map(({ split }) => split),
    wanted: (route, host) => splitsIn(route, routed(host)),
    // Gateways do not take these routes, and a sidecar has them as the service's own.
    originOf: () => null,
    identityOf: ({ spec }) => ({ parentRefs: spec.parentRefs ?? [] }),
    missing(all, host, space, ports, weights) {
      const covered = all.flatMap((route) => portsRouted(route, host, space));
      if (covered.includes(null)) return [];
      const open = ports.filter((port) => !covered.includes(port));
      return open.map((port) =>
        named(weightedHttpRoute(routed(host), port, weights) as HttpRoute, port, ports),
      );
    },
    refuse: () => undefined,
  };
}

/**
 * Istio makes one route of each match of a rule, orders them as the Gateway API says, and names each for its rule: that
 * is how they are known again, whatever their order.
 */
function splitsIn({ metadata, spec }: HttpRoute, service: RoutedService) {
  const { name, namespace = 'default' } = metadata;
  return (spec.rules ?? []).flatMap((rule, index) => {
    const refs = (rule.backendRefs ?? []).filter(leadsTo(service));
    if (refs.length === 0) return [];
    const route = rule.name ?? `${namespace}.${name}.${index}`;
    return [{ split: splitOf(refs, service), always: false, route }];
  });
}

/** The first port's bears the service's name; each further port's has a name of its own. */
function named(route: HttpRoute, port: number, ports: readonly number[]): HttpRoute {
  if (port === ports[0]) return route;
  return { ...route, metadata: { ...route.metadata, name: `${route.metadata.name}-${port}` } };
}
