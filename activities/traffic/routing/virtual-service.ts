import { leadsTo, splitOf } from '../../../manifests/destinations.ts';
import { recordRoutes, restoreRoutes } from '../../../manifests/recorded-routes.ts';
import {
  editWeights,
  labelOf,
  namespaceOf,
  routeName,
  weightedVirtualService,
} from '../../../manifests/virtual-service.ts';
import { routesHost } from './routed-hosts.ts';
import type { VirtualService } from './routing-object.ts';
import { wantedSplits } from '../observe/wanted-splits.ts';
import type { Router } from './router.ts';

/** Istio's own API: one VirtualService a host, whose destinations are subsets of its Service. */
export const virtualServices: Router<VirtualService> = {
  apiVersion: 'networking.istio.io/v1',
  kind: 'VirtualService',
  field: 'http',
  routesHost,
  weigh: (object, host, weights) => ({ ...object, ...editWeights(object, host, weights) }) as VirtualService,
  restore(object, host, weights, recorded) {
    const { name } = object.metadata;
    const own = recorded.find((record) => 'virtualService' in record && record.virtualService === name);
    const routes = own !== undefined && 'routes' in own ? own.routes : [];
    return { ...object, ...restoreRoutes(object, host, weights, routes) } as VirtualService;
  },
  record: (object, host) => ({
    virtualService: object.metadata.name,
    routes: recordRoutes(object, host),
  }),
  splitsOf(object, host) {
    const leadsToHost = leadsTo(host, namespaceOf(object));
    return (object.spec?.http ?? [])
      .map(({ route = [] }) => route.filter(leadsToHost))
      .filter((destinations) => destinations.length > 0)
      .map(splitOf);
  },
  wanted: wantedSplits,
  originOf: ({ metadata }) => metadata.name,
  identityOf: ({ spec }) => ({ hosts: spec?.hosts ?? [] }),
  missing(all, host, namespace, _ports, weights) {
    if (all.some((object) => routesHost(object, host, namespace))) return [];
    return [weightedVirtualService(host, namespace, weights) as VirtualService];
  },
  refuse(own, host) {
    refuseSeveral(own, host);
    for (const object of own) refuseDelegates(object, host);
  },
};

/** Istio takes one of them in the sidecars, the oldest. */
function refuseSeveral(own: readonly VirtualService[], host: string): void {
  if (own.length < 2) return;
  throw new Error(
    `${own.map(labelOf).join(' and ')} route ${host}, and Istio follows just one of them: leave one`,
  );
}

function refuseDelegates(object: VirtualService, host: string): void {
  const routes = object.spec?.http ?? [];
  const index = routes.findIndex(({ delegate }) => delegate !== undefined);
  const route = routes[index];
  if (route === undefined) return;
  const { name = '', namespace = namespaceOf(object) } = route.delegate ?? {};
  throw new Error(
    `${labelOf(object)}: http route ${routeName(route, index)} is delegated to VirtualService ${namespace}/${name}, ` +
      `whose routes to ${host} a shift would miss: put them into the VirtualService itself`,
  );
}
