import type { IVirtualService } from '@kubernetes-models/istio/networking.istio.io/v1';
import type { SubsetWeights } from '../domain/rollout.ts';
import { isSameHost } from './host.ts';
import type { Manifest } from './manifest.ts';
import { weighDestinations, type Destination } from './destinations.ts';

type Spec = NonNullable<IVirtualService['spec']>;
type HttpRoute = NonNullable<Spec['http']>[number];

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
  const namespace = existing.metadata?.namespace ?? 'default';
  const label = `VirtualService ${namespace}/${existing.metadata?.name ?? ''}`;
  const leadsToHost = ({ destination }: { destination: { host: string } }) =>
    isSameHost(destination.host, host, namespace);

  refuseOpaqueRoutes(existing.spec ?? {}, label, host, leadsToHost);
  const routes = existing.spec?.http ?? [];
  const edited = routes.map((route, index) => {
    const destinations = route.route ?? [];
    if (!destinations.some(leadsToHost)) return route;
    refuseMixedHosts(route, `${label}: http route ${routeName(route, index)}`, host, leadsToHost);
    return { ...route, route: weighDestinations(destinations, host, weights) };
  });
  if (edited.every((route, index) => route === routes[index])) {
    throw new Error(
      `${label} has no http route to ${host}: add one, or remove the VirtualService so that it can be made`,
    );
  }
  return { ...existing, spec: { ...existing.spec, http: edited } };
}

function routeName(route: HttpRoute, index: number): string {
  return route.name === undefined ? `${index + 1}` : `'${route.name}'`;
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
