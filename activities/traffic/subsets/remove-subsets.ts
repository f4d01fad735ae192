import { Context } from '@temporalio/activity';
import type { ClusterConnection, ObjectRef } from '../../../domain/rollout.ts';
import { labelOf, subsetsNamed } from '../../../manifests/virtual-service.ts';
import type { ActivityDeps } from '../../deps.ts';
import { removeMade, type ClusterClient } from '../../kubernetes/index.ts';
import { awaitProxies } from '../observe/await-proxies.ts';
import { invalidTarget } from '../failure.ts';
import { servedIstioApi } from '../routing/istio-api.ts';
import { routeQuery, subsetRoutes, type Subsets } from '../observe/route-dump.ts';
import type { DestinationRule, VirtualService } from '../routing/routing-object.ts';
import { removeVersionServices } from './version-services/remove.ts';

export interface RemoveSubsetsInput {
  readonly connection: ClusterConnection;
  /** DestinationRules, and Services of versions; one that is gone is fine. */
  readonly objects: readonly ObjectRef[];
  /** Milliseconds that proxies may take to have no route to the subsets. */
  readonly observeTimeout: number;
}

/**
 * Removes what declares subsets, DestinationRules or Services, once no route leads there, in any object and in any proxy:
 * a route to a subset that is gone answers 503. Fails, not retryable and with nothing removed, with `InvalidTarget` where a
 * VirtualService names a subset, and with `DeadlineExceeded` where proxies keep such a route.
 */
export async function removeSubsets(
  deps: ActivityDeps,
  { connection, objects, observeTimeout }: RemoveSubsetsInput,
): Promise<void> {
  const client = deps.clients(connection);
  const services = objects.filter(({ kind }) => kind === 'Service');
  await removeVersionServices(client, services, observeTimeout);
  const refs = objects.filter((ref) => !services.includes(ref));
  const found = await Promise.all(refs.map(async (ref) => client.read<DestinationRule>(ref)));
  const rules = found.filter((rule) => rule !== null);
  if (rules.length === 0) return;
  await refuseNamed(client, rules);
  const warnings = await awaitProxies(client, {
    what: `no route to the subsets of ${rules.map((rule) => declaredBy(rule).host).join(', ')}`,
    timeout: observeTimeout,
    delay: 0,
    query: routeQuery,
    lackOf: (dump) => lackOf(dump, rules),
  });
  for (const warning of warnings) Context.current().log.warn(warning);
  await removeMade(client, refs);
}

async function refuseNamed(client: ClusterClient, rules: readonly DestinationRule[]): Promise<void> {
  const all = await client.list<VirtualService>(await servedIstioApi(client), 'VirtualService');
  const named = rules.flatMap((rule) => all.flatMap((object) => nameOfUse(object, rule) ?? []));
  if (named.length > 0) throw invalidTarget(`subsets are still in use: ${named.join('; ')}`);
}

/** Where a VirtualService names a rule's subsets, in words; null where it does not. */
function nameOfUse(object: VirtualService, rule: DestinationRule): string | null {
  const { host, namespace, subsets } = declaredBy(rule);
  const used = subsetsNamed(object, host, namespace).filter((subset) => subsets.includes(subset));
  return used.length === 0 ? null : `${labelOf(object)} names ${host} ${used.join(', ')}`;
}

function lackOf(dump: readonly unknown[], rules: readonly DestinationRule[]): string | null {
  const routes = rules.flatMap((rule) => subsetRoutes(dump, declaredBy(rule)) ?? []);
  return routes.length === 0 ? null : `has ${routes.join('; ')}`;
}

function declaredBy({ metadata, spec }: DestinationRule): Subsets {
  return {
    host: spec?.host ?? '',
    namespace: metadata.namespace ?? 'default',
    subsets: spec?.subsets?.map(({ name }) => name) ?? [],
  };
}
