import { previewed } from '../../../domain/previews.ts';
import type { ActivityDeps } from '../../deps.ts';
import type { ApplySubsetsInput, DeclaredSubsets } from './apply-subsets.ts';
import { applyVersionServices } from './version-services/apply.ts';

/**
 * Makes a Service for each version that has a preview, which leads to that version alone whatever the weights are, and
 * waits until every proxy knows its pods. One that is there and has the version's pods is used as it is. Fails with
 * `InvalidTarget`, not retryable, where one of that name has others.
 */
export async function applyPreviews(deps: ActivityDeps, input: ApplySubsetsInput): Promise<DeclaredSubsets> {
  const { connection, namespace, services, observeTimeout } = input;
  const client = deps.clients(connection);
  return await applyVersionServices(client, { namespace, services: previewed(services), observeTimeout });
}
