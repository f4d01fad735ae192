import type { ServiceSpec } from '../../../domain/spec/document.ts';
import { describeRef, type ClusterClient, type KubeObject } from '../../kubernetes/index.ts';
import { listDestinationRules, planSubsets } from '../subsets/apply-subsets.ts';
import { controllerOf, deployerWarning } from './check-owner.ts';
import { invalidTarget, refuseAsTarget } from '../failure.ts';
import { requireGatewayApi } from '../routing/gateway-api.ts';
import { recordRouting, type PreviousRouting } from '../routing/previous-routing.ts';
import { refuseOthers } from '../routing/refuse-others.ts';
import type { Router } from '../routing/router.ts';
import { routerOf, type RoutedBy } from '../routing/router-of.ts';
import { planVersionServices } from '../subsets/version-services/plan.ts';

export interface CheckedRouting {
  readonly previous: PreviousRouting;
  readonly warnings: readonly string[];
}

/**
 * Makes sure that the routing of services can be steered, before anything is changed: fails with `InvalidTarget`, not
 * retryable, on what weights cannot say, on a service that two APIs route, on several VirtualServices for one host, on
 * delegated routes, on a missing Gateway API where that is asked for, and on an object that would have to be changed
 * and is kept by a controller of its own.
 */
export async function checkRouting(
  client: ClusterClient,
  namespace: string,
  services: readonly ServiceSpec[],
  by: RoutedBy = {},
): Promise<CheckedRouting> {
  if (by.routing === 'gateway-api') await requireGatewayApi(client);
  const router = routerOf(by, services, namespace);
  const [all, subsets] = await Promise.all([
    // Of all namespaces: one elsewhere may route the host by its full name.
    client.list(router.apiVersion, router.kind),
    checkSubsets(client, namespace, services, by),
    refuseOthers(client, by, namespace, services),
  ]);
  const routes = services.flatMap((service) => checkRoutes(router, all, namespace, service));
  const hosts = services.map(({ host }) => host);
  return { previous: recordRouting(router, all, hosts, namespace), warnings: [...routes, ...subsets] };
}

function checkRoutes(
  router: Router,
  all: readonly KubeObject[],
  namespace: string,
  { host, stable }: ServiceSpec,
): string[] {
  const own = all.filter((object) => router.routesHost(object, host, namespace));
  refuseAsTarget(() => router.refuse(own, host));
  const elsewhere = own.find(({ metadata }) => metadata.namespace !== namespace);
  if (elsewhere !== undefined) {
    throw invalidTarget(
      `${labelOf(elsewhere)} routes ${host} of namespace ${namespace}: move it there, routes of another namespace are not changed`,
    );
  }
  return own.flatMap((object) => {
    refuseControlled(object, `routes ${host}`);
    // What a shift would refuse.
    refuseAsTarget(() => router.weigh(object, host, { [stable]: 100 }));
    return deployerWarning(object) ?? [];
  });
}

/** What declares the versions: subsets of DestinationRules, or Services of their own. */
async function checkSubsets(
  client: ClusterClient,
  namespace: string,
  services: readonly ServiceSpec[],
  { routing }: RoutedBy,
): Promise<string[]> {
  if (routing === 'gateway-api') {
    await planVersionServices(client, namespace, services);
    return [];
  }
  const rules = await listDestinationRules(client, namespace);
  return services.flatMap((service) =>
    planSubsets(service, namespace, rules).flatMap(({ rule, edited }) => {
      // Subsets that are all there already are nobody's quarrel.
      if (edited === rule) return [];
      refuseControlled(rule, `lacks subsets of ${service.host}`);
      return deployerWarning(rule) ?? [];
    }),
  );
}

function refuseControlled(object: KubeObject, why: string): void {
  const controller = controllerOf(object);
  if (controller === null) return;
  throw invalidTarget(
    `${labelOf(object)} ${why} and is kept by ${controller}, which would undo every change: end that, or deliver the service with it`,
  );
}

function labelOf(object: KubeObject): string {
  return describeRef({ kind: object.kind, ...object.metadata });
}
