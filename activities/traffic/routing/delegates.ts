/** VirtualServices whose routes are in other ones: a root names its delegates, and Istio puts the routes of both together. */
import type { HttpRoute } from '../../../manifests/destinations.ts';
import { namespaceOf } from '../../../manifests/virtual-service.ts';
import { hostsOf } from './mesh-hosts.ts';
import type { VirtualService } from './routing-object.ts';

type Match = NonNullable<HttpRoute['match']>;

/** An http route as proxies get it, and the namespace of the object that it is from, for the short names in it. */
export interface PlacedRoute {
  readonly route: HttpRoute;
  readonly from: string;
}

/** A VirtualService that another one names as a delegate, and the route that does. */
export interface Delegation {
  readonly root: VirtualService;
  readonly route: HttpRoute;
  readonly index: number;
  readonly delegate: { readonly name: string; readonly namespace: string };
}

/** Whether an object is a delegate: it has no hosts, and routes only what its roots give it. */
export function isDelegate(object: VirtualService): boolean {
  return hostsOf(object).length === 0;
}

/** What a VirtualService delegates. */
export function delegationsOf(root: VirtualService): Delegation[] {
  return (root.spec?.http ?? []).flatMap((route, index) => {
    if (route.delegate === undefined) return [];
    const { name = '', namespace = namespaceOf(root) } = route.delegate;
    return [{ root, route, index, delegate: { name, namespace } }];
  });
}

/** The delegate that is meant; undefined where it is not there. */
export function findDelegate(
  all: readonly VirtualService[],
  { delegate }: Delegation,
): VirtualService | undefined {
  return all.find(
    (object) => object.metadata.name === delegate.name && namespaceOf(object) === delegate.namespace,
  );
}

/** Whether a delegation is to the object. */
export function isTo(object: VirtualService, { delegate }: Delegation): boolean {
  return object.metadata.name === delegate.name && namespaceOf(object) === delegate.namespace;
}

/** The http routes that proxies get of a VirtualService, in order, those of its delegates in their place. */
export function routesWithDelegates(object: VirtualService, all: readonly VirtualService[]): PlacedRoute[] {
  const delegations = delegationsOf(object);
  return (object.spec?.http ?? []).flatMap((route): PlacedRoute[] => {
    const delegation = delegations.find((one) => one.route === route);
    if (delegation === undefined) return [{ route, from: namespaceOf(object) }];
    const found = findDelegate(all, delegation);
    return (found?.spec?.http ?? []).map((inner) => ({
      route: { ...inner, match: bothMatches(route.match ?? [], inner.match ?? []) },
      from: delegation.delegate.namespace,
    }));
  });
}

function bothMatches(outer: Match, inner: Match): Match {
  if (outer.length === 0) return inner;
  if (inner.length === 0) return outer;
  return outer.flatMap((one) => inner.map((other) => ({ ...one, ...other })));
}
