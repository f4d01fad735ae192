/** VirtualServices that no weight can steer, each with its reason. */
import type { SteeredService } from '../../../manifests/destinations.ts';
import { isClusterSetHost } from '../../../manifests/host.ts';
import { isForSomeUsers } from '../../../manifests/route-use.ts';
import { labelOf, routeName, routesTo } from '../../../manifests/virtual-service.ts';
import { delegationsOf, findDelegate, isTo, type Delegation } from './delegates.ts';
import { isExportedTo, takesHost, wildcardFor } from './mesh-hosts.ts';
import type { VirtualService } from './routing-object.ts';

/** @throws Error in words for people, naming the object */
export function refuseVirtualServices(
  own: readonly VirtualService[],
  service: SteeredService,
  all: readonly VirtualService[],
): void {
  refuseSeveral(own, service);
  refuseWithoutRoute(own, service, all);
  refuseWildcard(own, service, all);
  refuseDelegations(own, all);
  refuseClusterSet(all, service);
}

/** Istio takes one of them in the sidecars, the oldest; at a gateway it puts them together. */
function refuseSeveral(own: readonly VirtualService[], service: SteeredService): void {
  const taking = own.filter(
    (object) => takesHost(object, service) && isExportedTo(object, service.namespace),
  );
  if (taking.length < 2) return;
  throw new Error(
    `${taking.map(labelOf).join(' and ')} route ${service.host}, and Istio follows just one of them: leave one`,
  );
}

/** One that names the service's host decides for the sidecars, wherever it leads. */
function refuseWithoutRoute(
  own: readonly VirtualService[],
  service: SteeredService,
  all: readonly VirtualService[],
): void {
  for (const object of own) {
    if (routesTo(object, service) || !takesHost(object, service)) continue;
    const delegations = delegationsOf(object);
    const found = delegations.map((delegation) => findDelegate(all, delegation));
    if (found.some((delegate) => delegate !== undefined && routesTo(delegate, service))) continue;
    const absent = delegations[found.indexOf(undefined)];
    throw new Error(absent === undefined ? withoutRoute(object, service) : missingDelegate(absent));
  }
}

function withoutRoute(object: VirtualService, { host }: SteeredService): string {
  return `${labelOf(object)} has no http route to ${host}: add one, or remove the VirtualService so that it can be made`;
}

function missingDelegate({ root, route, index, delegate }: Delegation): string {
  return (
    `${labelOf(root)}: http route ${routeName(route, index)} is delegated to VirtualService ` +
    `${delegate.namespace}/${delegate.name}, which is not there: make it, or route in the VirtualService itself`
  );
}

/** A new VirtualService for the host would take away what the wildcard's gives: where it leads, timeouts, retries. */
function refuseWildcard(
  own: readonly VirtualService[],
  service: SteeredService,
  all: readonly VirtualService[],
): void {
  if (own.some((object) => takesHost(object, service))) return;
  const wildcard = wildcardFor(all, service);
  if (wildcard === null || routesTo(wildcard, service)) return;
  throw new Error(
    `${labelOf(wildcard)} takes the requests to ${service.host} by a wildcard, with its routes, timeouts and retries, ` +
      `which a VirtualService for ${service.host} alone would take away: give ${service.host} a VirtualService of its own`,
  );
}

/** What a root gives to single users alone, its delegate has for everybody. */
function refuseDelegations(own: readonly VirtualService[], all: readonly VirtualService[]): void {
  for (const delegation of all.flatMap(delegationsOf)) {
    if (!isForSomeUsers(delegation.route) || !own.some((object) => isTo(object, delegation))) continue;
    const { root, route, index, delegate } = delegation;
    throw new Error(
      `${labelOf(root)}: http route ${routeName(route, index)} gives requests of single users to VirtualService ` +
        `${delegate.namespace}/${delegate.name}, whose weights would be theirs: ` +
        'route them in the VirtualService itself, or leave the delegate alone (spec.routing.ignore)',
    );
  }
}

function refuseClusterSet(all: readonly VirtualService[], service: SteeredService): void {
  const object = all.find(({ spec }) =>
    (spec?.http ?? []).some(({ route = [] }) =>
      route.some(({ destination }) => isClusterSetHost(destination.host, service)),
    ),
  );
  if (object === undefined) return;
  throw new Error(
    `${labelOf(object)} leads to ${service.host} in all clusters of the set (svc.clusterset.local), ` +
      'which has no subsets of this cluster: lead to the Service of the cluster, or leave the object alone (spec.routing.ignore)',
  );
}
