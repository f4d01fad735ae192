import type { IVirtualService } from '@kubernetes-models/istio/networking.istio.io/v1';
import type { SubsetWeights } from '../domain/rollout.ts';
import { leadsTo, weighDestinations, type Destination, type HttpRoute } from './destinations.ts';
import { isSameHost } from './host.ts';
import type { Manifest } from './manifest.ts';

type Spec = NonNullable<IVirtualService['spec']>;

/** A VirtualService for calls inside the mesh that splits a host's requests over its subsets. */
export function weightedVirtualService(
  host: string,
  namespace: string,
  weights: SubsetWeights,
): IVirtualService & Manifest {
  return {
    apiVersion: 'networking.istio.io/v1',
    kind: 'VirtualService',
    metadata: { name: host, namespace },
    spec: { hosts: [host], http: [{ route: weighDestinations([], host, weights) }] },
  };
}

/** How messages name a VirtualService: `VirtualService default/reviews`. */
export function labelOf(object: IVirtualService): string {
  return `VirtualService ${namespaceOf(object)}/${object.metadata?.name ?? ''}`;
}

/** How messages name one of its http routes: by its name, else by its place from 1. */
export function routeName({ name }: HttpRoute, index: number): string {
  return name === undefined ? `${index + 1}` : `'${name}'`;
}

/** Its namespace, which is also that of the short names in it. */
export function namespaceOf({ metadata }: IVirtualService): string {
  return metadata?.namespace ?? 'default';
}

/** Subsets of a Service that a VirtualService names, in a route of any kind or a mirror. */
export function subsetsNamed(object: IVirtualService, host: string, namespace: string): string[] {
  const { http = [], tcp = [], tls = [] } = object.spec ?? {};
  const routed = [...http, ...tcp, ...tls].flatMap(({ route = [] }) =>
    route.map(({ destination }) => destination),
  );
  const mirrored = http.flatMap(({ mirror, mirrors = [] }) => [
    ...(mirror === undefined ? [] : [mirror]),
    ...mirrors.map(({ destination }) => destination),
  ]);
  const own = namespaceOf(object) === namespace;
  const named = [...routed, ...mirrored]
    // A short name is a service of the object's own namespace.
    .filter(
      (destination) => isSameHost(destination.host, host, namespace) && (own || destination.host !== host),
    )
    .flatMap(({ subset }) => subset ?? []);
  return [...new Set(named)];
}

/**
 * The existing VirtualService with new weights on every http route that leads to the host, those of single users or
 * headers too: a stage, and even more a roll back, must not miss a request. Matches, timeouts, retries, mirrors,
 * headers, order and routes to elsewhere stay as they are; destinations come and go by subset as the weights ask.
 *
 * Throws where weights cannot say it all: a route that mixes hosts, tcp and tls routes to the host, no route to it.
 */
export function editWeights(
  existing: IVirtualService,
  host: string,
  weights: SubsetWeights,
): IVirtualService {
  return editDestinations(existing, host, ({ route = [] }) => weighDestinations(route, host, weights));
}

/** The existing VirtualService with other destinations on every http route to the host; throws as `editWeights` does. */
export function editDestinations(
  existing: IVirtualService,
  host: string,
  destinationsOf: (route: HttpRoute) => Destination[],
): IVirtualService {
  const label = labelOf(existing);
  const leadsToHost = leadsTo(host, namespaceOf(existing));
  refuseOpaqueRoutes(existing.spec ?? {}, label, host, leadsToHost);
  const routes = existing.spec?.http ?? [];
  const edited = routes.map((route, index) => {
    if (route.route?.some(leadsToHost) !== true) return route;
    refuseMixedHosts(route, `${label}: http route ${routeName(route, index)}`, host, leadsToHost);
    return { ...route, route: destinationsOf(route) };
  });
  if (edited.every((route, index) => route === routes[index])) {
    throw new Error(
      `${label} has no http route to ${host}: add one, or remove the VirtualService so that it can be made`,
    );
  }
  return { ...existing, spec: { ...existing.spec, http: edited } };
}

function refuseMixedHosts(
  route: HttpRoute,
  label: string,
  host: string,
  leadsToHost: (destination: Destination) => boolean,
): void {
  const others = (route.route ?? []).filter((destination) => !leadsToHost(destination));
  if (others.length === 0) return;
  const names = [...new Set(others.map(({ destination }) => destination.host))].join(', ');
  throw new Error(
    `${label} splits requests between ${host} and ${names}: weights can be shifted where all destinations are ${host}`,
  );
}

function refuseOpaqueRoutes(
  spec: Spec,
  label: string,
  host: string,
  leadsToHost: (destination: Destination) => boolean,
): void {
  for (const kind of ['tcp', 'tls'] as const) {
    if (!spec[kind]?.some(({ route }) => route?.some(leadsToHost))) continue;
    throw new Error(`${label} has a ${kind} route to ${host}: weights can be shifted on http routes alone`);
  }
}
