import type { ObjectRef } from '../../domain/rollout.ts';
import type { ClusterClient } from '../kubernetes/client.ts';
import { refOf, type KubeObject } from '../kubernetes/object.ts';
import { applyMarked } from '../kubernetes/ownership.ts';
import { heartbeatWhile } from '../heartbeat.ts';

/** Applies objects in their order; those that this run created. */
export async function applyAll(client: ClusterClient, objects: readonly KubeObject[]): Promise<ObjectRef[]> {
  const created: ObjectRef[] = [];
  let applied = 0;
  await heartbeatWhile(
    () => `${applied} of ${objects.length} objects applied`,
    async () => {
      for (const object of objects) {
        const result = await applyMarked(client, object);
        if (result.created) created.push(refOf(object));
        applied += 1;
      }
    },
  );
  return created;
}
