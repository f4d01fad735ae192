import type { ObjectRef } from '../../domain/rollout.ts';
import type { ClusterClient } from '../kubernetes/client.ts';
import type { KubeObject } from '../kubernetes/object.ts';
import { applyEach } from '../kubernetes/ownership.ts';
import { heartbeatWhile } from '../heartbeat.ts';

/** Applies objects in their order; those that this run created. */
export async function applyAll(client: ClusterClient, objects: readonly KubeObject[]): Promise<ObjectRef[]> {
  let applied = 0;
  return await heartbeatWhile(
    () => `${applied} of ${objects.length} objects applied`,
    () => applyEach(client, objects, () => (applied += 1)),
  );
}
