import type { ServiceSpec } from '../../domain/spec/document.ts';
import { editWeights, labelOf, namespaceOf, routeName } from '../../manifests/virtual-service.ts';
import { describeRef, type ClusterClient } from '../kubernetes/index.ts';
import { listDestinationRules, planSubsets } from './apply-subsets.ts';
import { controllerOf, deployerWarning } from './check-owner.ts';
import { invalidTarget, refuseAsTarget } from './failure.ts';
import { recordRouting, type PreviousRouting } from './previous-routing.ts';
import { routesHost } from './routed-hosts.ts';
import type { DestinationRule, VirtualService } from './routing-object.ts';

export interface CheckedRouting {
  readonly previous: PreviousRouting;
  readonly warnings: readonly string[];
}

/**
 * Makes sure that the routing of services can be steered, before anything is changed: fails with `InvalidTarget`, not
 * retryable, on what weights cannot say, on several VirtualServices for one host, on delegated routes, and on an
 * object that would have to be changed and is kept by a controller of its own.
 */
export async function checkRouting(
  client: ClusterClient,
  namespace: string,
  services: readonly ServiceSpec[],
): Promise<CheckedRouting> {
  const [virtualServices, rules] = await Promise.all([
    // Of all namespaces: one elsewhere may route the host by its full name.
    client.list<VirtualService>('networking.istio.io/v1', 'VirtualService'),
    listDestinationRules(client, namespace),
  ]);
  const warnings = services.flatMap((service) => [
    ...checkRoutes(virtualServices, namespace, service),
    ...checkSubsets(rules, namespace, service),
  ]);
  const hosts = services.map(({ host }) => host);
  return { previous: recordRouting(virtualServices, hosts, namespace), warnings };
}

function checkRoutes(
  all: readonly VirtualService[],
  namespace: string,
  { host, stable }: ServiceSpec,
): string[] {
  const own = all.filter((object) => routesHost(object, host, namespace));
  const [object] = own;
  if (object === undefined) return [];
  refuseSeveral(own, host);
  if (namespaceOf(object) !== namespace) {
    throw invalidTarget(
      `${labelOf(object)} routes ${host} of namespace ${namespace}: move it there, routes of another namespace are not changed`,
    );
  }
  refuseDelegates(object, host);
  refuseControlled(object, `routes ${host}`);
  // What a shift would refuse.
  refuseAsTarget(() => editWeights(object, host, { [stable]: 100 }));
  return [deployerWarning(object)].filter((warning) => warning !== null);
}

/** Istio takes one of them in the sidecars, the oldest. */
function refuseSeveral(own: readonly VirtualService[], host: string): void {
  if (own.length < 2) return;
  throw invalidTarget(
    `${own.map(labelOf).join(' and ')} route ${host}, and Istio follows just one of them: leave one`,
  );
}

function refuseDelegates(object: VirtualService, host: string): void {
  const routes = object.spec?.http ?? [];
  const index = routes.findIndex(({ delegate }) => delegate !== undefined);
  const route = routes[index];
  if (route === undefined) return;
  const { name = '', namespace = namespaceOf(object) } = route.delegate ?? {};
  throw invalidTarget(
    `${labelOf(object)}: http route ${routeName(route, index)} is delegated to VirtualService ${namespace}/${name}, ` +
      `whose routes to ${host} a shift would miss: put them into the VirtualService itself`,
  );
}

function checkSubsets(all: readonly DestinationRule[], namespace: string, service: ServiceSpec): string[] {
  return planSubsets(service, namespace, all).flatMap(({ rule, edited }) => {
    // Subsets that are all there already are nobody's quarrel.
    if (edited === rule) return [];
    refuseControlled(rule, `lacks subsets of ${service.host}`);
    return [deployerWarning(rule)].filter((warning) => warning !== null);
  });
}

function refuseControlled(object: VirtualService | DestinationRule, why: string): void {
  const controller = controllerOf(object);
  if (controller === null) return;
  const what = describeRef({ kind: object.kind, ...object.metadata });
  throw invalidTarget(
    `${what} ${why} and is kept by ${controller}, which would undo every change: end that, or deliver the service with it`,
  );
}
