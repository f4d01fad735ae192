import type { IVirtualService } from '@kubernetes-models/istio/networking.istio.io/v1';
import type { SubsetWeights } from '../domain/rollout.ts';
import {
  leadsTo,
  weighDestinations,
  type Destination,
  type HttpRoute,
  type SteeredService,
} from './destinations.ts';
import { isSameHost, type ServiceName } from './host.ts';
import type { Manifest } from './manifest.ts';
import { isForSomeUsers, subsetsOf, useOf } from './route-use.ts';

/** Where Istio serves its objects since 1.22. */
export const istioApiVersion = 'networking.istio.io/v1';

/** A VirtualService for calls inside the mesh that splits a host's requests over its subsets. */
export function weightedVirtualService(
  host: string,
  namespace: string,
  weights: SubsetWeights,
): IVirtualService & Manifest {
  return {
    apiVersion: istioApiVersion,
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
  const named = [...routed, ...mirrored]
    .filter((destination) => isSameHost(destination.host, host, namespace, namespaceOf(object)))
    .flatMap(({ subset }) => subset ?? []);
  return [...new Set(named)];
}

/** Whether any route of an object, of whatever protocol, has the Service among its destinations. */
export function routesTo(object: IVirtualService, service: ServiceName): boolean {
  const { http = [], tcp = [], tls = [] } = object.spec ?? {};
  const leadsHere = leadsTo(service, namespaceOf(object));
  return [...http, ...tcp, ...tls].some(({ route = [] }) => route.some((one) => leadsHere(one)));
}

/**
 * The existing VirtualService with new weights on every http route that a rollout steers (see `useOf`). Matches,
 * timeouts, retries, mirrors, headers, order and all other routes stay as they are; destinations come and go by subset
 * as the weights ask.
 * @throws Error where weights cannot say it all: a route that mixes hosts, or the spec's versions with others; one of
 * single users to all versions; tcp and tls routes to the host
 */
export function editWeights(
  existing: IVirtualService,
  service: SteeredService,
  weights: SubsetWeights,
): IVirtualService {
  refuseOpaqueRoutes(existing, service);
  return editRoutes(existing, service, (route, label) => {
    refuseUnsteerable(route, label, service, namespaceOf(existing));
    return weighDestinations(route.route ?? [], service.host, weights);
  });
}

/** The existing VirtualService with other destinations on every http route that a rollout steers. */
export function editRoutes(
  existing: IVirtualService,
  service: SteeredService,
  destinationsOf: (route: HttpRoute, label: string) => Destination[],
): IVirtualService {
  const routes = existing.spec?.http;
  if (routes === undefined) return existing;
  const edited = routes.map((route, index) =>
    useOf(route, service, namespaceOf(existing)) === 'steered'
      ? {
          ...route,
          route: destinationsOf(route, `${labelOf(existing)}: http route ${routeName(route, index)}`),
        }
      : route,
  );
  return { ...existing, spec: { ...existing.spec, http: edited } };
}

function refuseUnsteerable(route: HttpRoute, label: string, service: SteeredService, from: string): void {
  refuseMixedHosts(route, label, service, from);
  const subsets = subsetsOf(route, service, from);
  const others = subsets.filter((subset) => subset !== '' && !service.subsets.includes(subset));
  if (others.length > 0)
    throw new Error(
      `${label} splits requests between versions of the spec and subset ${others.join(', ')} of ${service.host}, ` +
        'which the spec does not name: name it in spec.services[].subsets, or give it a route of its own',
    );
  if (isForSomeUsers(route))
    throw new Error(
      `${label} is for single users (headers, query or caller) and leads to all versions of ${service.host}: ` +
        'name the subset that they are to have',
    );
}

function refuseMixedHosts(route: HttpRoute, label: string, service: SteeredService, from: string): void {
  const leadsHere = leadsTo(service, from);
  const others = (route.route ?? []).filter((destination) => !leadsHere(destination));
  if (others.length === 0) return;
  const names = [...new Set(others.map(({ destination }) => destination.host))].join(', ');
  throw new Error(
    `${label} splits requests between ${service.host} and ${names}: weights can be shifted where all destinations are ${service.host}`,
  );
}

/** @throws Error on a tcp or tls route to the service, which has no weights for single requests */
export function refuseOpaqueRoutes(existing: IVirtualService, { host, namespace }: ServiceName): void {
  const leadsHere = leadsTo({ host, namespace }, namespaceOf(existing));
  for (const kind of ['tcp', 'tls'] as const) {
    if (!existing.spec?.[kind]?.some(({ route }) => route?.some((one) => leadsHere(one)))) continue;
    throw new Error(
      `${labelOf(existing)} has a ${kind} route to ${host}: weights can be shifted on http routes alone`,
    );
  }
}
