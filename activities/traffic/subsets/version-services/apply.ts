import type { ObjectRef } from '../../../../domain/rollout.ts';
import type { ServiceSpec } from '../../../../domain/spec/document.ts';
import type { ClusterClient } from '../../../kubernetes/index.ts';
import { awaitProxies } from '../../observe/await-proxies.ts';
import { madeByThisRun, markedNew, type Ensured } from '../../routing/routing-object.ts';
import { endpointLack, endpointQuery } from '../../observe/endpoint-dump.ts';
import { planVersionServices, type PlannedService } from './plan.ts';

export interface VersionServices {
  readonly namespace: string;
  readonly services: readonly ServiceSpec[];
  /** Milliseconds that proxies may take to have them. */
  readonly observeTimeout: number;
}

/**
 * Gives every version a Service of its own, and waits until every proxy knows the pods behind it: unlike a subset, a new
 * Service has none for a moment, and a route to it answers 503.
 * @returns those that this run made, and which proxies did not confirm
 */
export async function applyVersionServices(
  client: ClusterClient,
  { namespace, services, observeTimeout }: VersionServices,
): Promise<{ created: ObjectRef[]; warnings: readonly string[] }> {
  const planned = await planVersionServices(client, namespace, services);
  const ensured = await Promise.all(planned.map(async (one) => ensure(client, one)));
  const warnings = await awaitProxies(client, {
    what: `the Services ${planned.map(({ manifest }) => manifest.metadata.name).join(', ')}`,
    timeout: observeTimeout,
    delay: 0,
    query: endpointQuery(namespace),
    lackOf: (dump) => endpointLack(dump, planned, namespace),
  });
  return { created: madeByThisRun(ensured), warnings };
}

async function ensure(client: ClusterClient, { manifest, existing }: PlannedService): Promise<Ensured> {
  if (existing !== null) return { object: existing, written: false };
  return { object: await client.apply(markedNew(manifest, [])), written: true };
}
