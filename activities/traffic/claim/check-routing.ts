import { previewed } from '../../../domain/previews.ts';
import type { Weights } from '../../../domain/rollout.ts';
import type { ServiceSpec } from '../../../domain/spec/document.ts';
import { describeRef, type ClusterClient, type KubeObject } from '../../kubernetes/index.ts';
import { listDestinationRules, planSubsets } from '../subsets/apply-subsets.ts';
import { checkDestinationRules } from '../subsets/destination-rules.ts';
import { controllerOf, deployerWarning } from './check-owner.ts';
import { invalidTarget, refuseAsTarget } from '../failure.ts';
import { requireGatewayApi } from '../routing/gateway-api.ts';
import { recordRouting, type PreviousRouting } from '../routing/previous-routing.ts';
import { readRouting, type Routing } from '../routing/read-routing.ts';
import { otherRoutes, refuseOthers } from '../routing/refuse-others.ts';
import type { Router } from '../routing/router.ts';
import { routerOf, type RoutedBy } from '../routing/router-of.ts';
import { missingRoutes, refuseHost, steeredBy } from '../routing/write-routes.ts';
import { keptWarnings } from '../shift-traffic.ts';
import { planVersionServices } from '../subsets/version-services/plan.ts';
import { ignoredWarnings } from './ignored-warnings.ts';

export interface CheckedRouting {
  readonly previous: PreviousRouting;
  readonly warnings: readonly string[];
  /** Hosts to all of whose versions some request may go: by a route to the whole service, or by none inside the mesh. */
  readonly spread: readonly string[];
}

/**
 * Makes sure that the routing of services can be steered, before anything is changed: every object of any kind and
 * namespace whose routes lead to a service takes weights, is left alone by the spec, or the service is refused. Fails with
 * `InvalidTarget`, not retryable, naming the object and the reason.
 */
export async function checkRouting(
  client: ClusterClient,
  namespace: string,
  services: readonly ServiceSpec[],
  by: RoutedBy = {},
): Promise<CheckedRouting> {
  if (by.routing === 'gateway-api') await requireGatewayApi(client, by.diversions);
  const router = await routerOf(client, by, services, namespace);
  const [routing, subsets, others] = await Promise.all([
    readRouting(client, router, namespace),
    checkSubsets(client, namespace, services, by),
    otherRoutes(client, by, namespace, services),
  ]);
  for (const { host } of services) refuseOthers(others.get(host) ?? [], host, by);
  const weights = Object.fromEntries(services.map(({ host, stable }) => [host, { [stable]: 100 }]));
  const own = steeredBy(router, routing.all, { namespace, weights, ignore: by.ignore });
  const routes = services.flatMap((service) => checkRoutes(router, routing, own, service, weights));
  const leading = (host: string) => [
    ...routing.all.filter((object) => router.routesHost(object, host)),
    ...(others.get(host) ?? []),
  ];
  const spread = Object.keys(weights).filter(
    (host) =>
      own.some((object) => router.splitsOf(object, host).some((split) => '' in split)) ||
      missingRoutes(router, routing, { [host]: weights[host] ?? {} }, () => ({})).length > 0,
  );
  return {
    spread,
    previous: recordRouting(router, own, Object.keys(weights)),
    warnings: [
      ...routes,
      ...subsets,
      ...keptWarnings(router, routing.all, { namespace, weights, ignore: by.ignore }),
      ...ignoredWarnings(by.ignore ?? [], services, leading),
    ],
  };
}

function checkRoutes(
  router: Router,
  routing: Routing,
  steered: readonly KubeObject[],
  { host, stable }: ServiceSpec,
  weights: Weights,
): string[] {
  const own = steered.filter((object) => router.routesHost(object, host));
  refuseHost(router, own, host, routing.all);
  const warnings = own.flatMap((object) => {
    // What a shift would refuse.
    refuseAsTarget(() => router.weigh(object, host, { [stable]: 100 }));
    refuseControlled(object, `routes ${host}`);
    return deployerWarning(object, router.field) ?? [];
  });
  const made = missingRoutes(router, routing, { [host]: weights[host] ?? {} }, () => ({}));
  if (own.length === 0 && made.length === 0)
    throw invalidTarget(
      `spec.routing.ignore leaves alone all that routes ${host}: no weight would reach a request; leave one less alone`,
    );
  return [...warnings, ...router.warningsOf(own, host, routing.all)];
}

/** What declares the versions: subsets of DestinationRules, or Services of their own. */
async function checkSubsets(
  client: ClusterClient,
  namespace: string,
  services: readonly ServiceSpec[],
  { routing }: RoutedBy,
): Promise<string[]> {
  await planVersionServices(client, namespace, previewed(services));
  if (routing === 'gateway-api') {
    await planVersionServices(client, namespace, services);
    return [];
  }
  const rules = await listDestinationRules(client);
  return services.flatMap((service) => [
    ...checkDestinationRules(rules, service, namespace),
    ...planSubsets(service, namespace, rules).flatMap(({ rule, edited }) => {
      // Subsets that are all there already are nobody's quarrel.
      if (edited === rule) return [];
      refuseControlled(rule, `lacks subsets of ${service.host}`);
      return deployerWarning(rule, 'subsets') ?? [];
    }),
  ]);
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
