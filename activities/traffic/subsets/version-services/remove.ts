import { Context } from '@temporalio/activity';
import type { ObjectRef } from '../../../../domain/rollout.ts';
import { gatewayApiVersion } from '../../../../domain/routing.ts';
import { routeLabel } from '../../../../manifests/gateway-api/http-route.ts';
import { removeMade, type ClusterClient } from '../../../kubernetes/index.ts';
import { awaitProxies } from '../../observe/await-proxies.ts';
import { invalidTarget } from '../../failure.ts';
import { listIfServed } from '../../routing/gateway-api.ts';
import { routeQuery, serviceRoutes } from '../../observe/route-dump.ts';
import type { HttpRoute } from '../../routing/routing-object.ts';

/**
 * Removes Services of versions once no route leads to them, in any HTTPRoute and in any proxy: a route to a Service that
 * is gone answers 500. Fails, not retryable and with nothing removed, with `InvalidTarget` where an HTTPRoute names one,
 * and with `DeadlineExceeded` where proxies keep such a route.
 * @param timeout in ms
 */
export async function removeVersionServices(
  client: ClusterClient,
  refs: readonly ObjectRef[],
  timeout: number,
): Promise<void> {
  if (refs.length === 0) return;
  await refuseNamed(client, refs);
  const warnings = await awaitProxies(client, {
    what: `no route to ${refs.map(({ name }) => name).join(', ')}`,
    timeout,
    delay: 0,
    query: routeQuery,
    lackOf: (dump) => lackOf(dump, refs),
  });
  for (const warning of warnings) Context.current().log.warn(warning);
  await removeMade(client, refs);
}

async function refuseNamed(client: ClusterClient, refs: readonly ObjectRef[]): Promise<void> {
  const all = await listIfServed<HttpRoute>(client, gatewayApiVersion, 'HTTPRoute');
  const named = all.flatMap((route) =>
    refs.filter((ref) => leads(route, ref)).map(({ name }) => `${routeLabel(route)} leads to ${name}`),
  );
  if (named.length > 0) throw invalidTarget(`Services of versions are still in use: ${named.join('; ')}`);
}

function leads({ metadata, spec }: HttpRoute, { name, namespace = 'default' }: ObjectRef): boolean {
  const backends = (spec.rules ?? []).flatMap(({ backendRefs = [] }) => backendRefs);
  return backends.some(
    (ref) =>
      ref.name === name &&
      (ref.kind ?? 'Service') === 'Service' &&
      (ref.namespace ?? metadata.namespace ?? 'default') === namespace,
  );
}

function lackOf(dump: readonly unknown[], refs: readonly ObjectRef[]): string | null {
  const routes = refs.flatMap(
    ({ name, namespace = 'default' }) => serviceRoutes(dump, name, namespace) ?? [],
  );
  return routes.length === 0 ? null : `has ${routes.join('; ')}`;
}
