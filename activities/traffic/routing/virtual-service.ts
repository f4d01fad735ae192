import { noDiversion, type Diversion, type Diversions } from '../../../domain/diversions.ts';
import type { ServiceSpec } from '../../../domain/spec/document.ts';
import { leadsTo, splitOf, type SteeredService } from '../../../manifests/destinations.ts';
import { refuseMirrored, withDiversion, withoutDiversion } from '../../../manifests/diverted-routes.ts';
import { recordRoutes, restoreRoutes } from '../../../manifests/recorded-routes.ts';
import { subsetsOf, useOf } from '../../../manifests/route-use.ts';
import { isTesterRoute } from '../../../manifests/tester-route.ts';
import {
  editWeights,
  namespaceOf,
  refuseOpaqueRoutes,
  routeName,
  routesTo,
  weightedVirtualService,
} from '../../../manifests/virtual-service.ts';
import { splitsWanted } from '../observe/wanted-splits.ts';
import { isDelegate, routesWithDelegates } from './delegates.ts';
import { isExportedTo, takesHost, wildcardFor } from './mesh-hosts.ts';
import { refuseVirtualServices } from './refuse-virtual-services.ts';
import type { Router } from './router.ts';
import type { VirtualService } from './routing-object.ts';
import { steeringOf } from './steering-mark.ts';
import { warningsOf } from './virtual-service-warnings.ts';

/**
 * Istio's own API: VirtualServices of any namespace, at gateways and in the mesh, whose destinations are subsets of a
 * service. Of those that name the service's host Istio follows one inside the mesh.
 * @param apiVersion that the cluster serves
 * @param diversions what is steered besides weights
 */
export function virtualServices(
  services: readonly ServiceSpec[],
  namespace: string,
  apiVersion: string,
  diversions: Diversions = {},
): Router<VirtualService> {
  const diversionOf = (host: string) => diversions[host] ?? noDiversion;
  const steered = (host: string): SteeredService => {
    const subsets = services.find((one) => one.host === host)?.subsets ?? [];
    return { host, namespace, subsets: subsets.map(({ name }) => name) };
  };
  return {
    apiVersion,
    kind: 'VirtualService',
    field: 'http',
    diversions,
    routesHost: (object, host) => routesTo(object, steered(host)) || takesHost(object, steered(host)),
    weigh(object, host, weights) {
      const [service, diversion] = [steered(host), diversionOf(host)];
      const plain = editWeights(withoutDiversion(object, service, diversion), service, weights);
      return withDiversion(plain, service, diversion) as VirtualService;
    },
    restore(object, host, weights, recorded) {
      refuseOpaqueRoutes(object, steered(host));
      const plain = withoutDiversion(object, steered(host), diversionOf(host));
      const own = recorded.find(
        (record) =>
          'virtualService' in record &&
          record.virtualService === object.metadata.name &&
          record.namespace === namespaceOf(object),
      );
      const routes = own !== undefined && 'routes' in own ? own.routes : [];
      return restoreRoutes(plain, steered(host), weights, routes) as VirtualService;
    },
    record: (object, host) => ({
      virtualService: object.metadata.name,
      namespace: namespaceOf(object),
      routes: recordRoutes(object, steered(host)),
    }),
    splitsOf: (object, host) => splitsOf(object, steered(host)),
    keptRoutes: (object, host) => keptRoutes(object, steered(host)),
    sourcesOf: (all, host) => sourcesOf(all, steered(host), diversionOf(host)),
    missing(all, host, _ports, weights) {
      const service = steered(host);
      const taken = all.some((object) => takesHost(object, service) && isExportedTo(object, namespace));
      if (taken || wildcardFor(all, service) !== null) return [];
      const made = withDiversion(
        weightedVirtualService(host, namespace, weights),
        service,
        diversionOf(host),
      );
      return [{ ...made, apiVersion }] as VirtualService[];
    },
    refuse(own, host, all) {
      refuseVirtualServices(own, steered(host), all);
      if (diversionOf(host).mirror === null) return;
      // Copies on an object that a run steers are a run's.
      for (const object of own) if (steeringOf(object) === null) refuseMirrored(object, steered(host));
    },
    warningsOf: (own, host, all) => warningsOf(own, steered(host), all),
  };
}

function splitsOf(object: VirtualService, service: SteeredService) {
  const from = namespaceOf(object);
  return (object.spec?.http ?? [])
    .filter((route) => useOf(route, service, from) === 'steered')
    .map(({ route = [] }) => splitOf(route.filter((one) => leadsTo(service, from)(one))));
}

function keptRoutes(object: VirtualService, service: SteeredService): string[] {
  const from = namespaceOf(object);
  return (object.spec?.http ?? []).flatMap((route, index) =>
    useOf(route, service, from) === 'kept' && !isTesterRoute(route.name)
      ? [`http route ${routeName(route, index)} (${subsetsOf(route, service, from).join(', ')})`]
      : [],
  );
}

/** Istio notes a root on the routes of its delegates. */
function sourcesOf(all: readonly VirtualService[], service: SteeredService, { mirror }: Diversion) {
  return all
    .filter((object) => !isDelegate(object))
    .map((object) => ({
      origin: { namespace: namespaceOf(object), name: object.metadata.name },
      splits: splitsWanted(routesWithDelegates(object, all), service, mirror !== null),
    }))
    .filter(({ splits }) => splits.length > 0);
}
