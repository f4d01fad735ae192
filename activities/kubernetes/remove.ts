import type { ObjectRef } from '../../domain/rollout.ts';
import type { ClusterClient } from './client.ts';
import { describeRemaining } from './remaining.ts';
import { waitUntil } from './wait.ts';
import { isWorkload } from './workload.ts';

/** Longest wait for objects to go: a pod has 30 s to end by default, a cloud's load balancer takes minutes. */
const removeTimeout = 5 * 60_000;

/** Deletes objects, newest first, and waits until all are gone; what is gone already is fine. */
export async function removeAll(client: ClusterClient, objects: readonly ObjectRef[]): Promise<void> {
  const unasked = objects.toReversed();
  const asked: ObjectRef[] = [];
  await waitUntil({ until: 'the objects are gone', timeout: removeTimeout }, async () => {
    // Inside the wait, so that an API server that is away for a moment delays a deletion and loses none.
    for (let next = unasked[0]; next !== undefined; next = unasked[0]) {
      await client.remove(next, { propagation: propagationOf(next) });
      asked.push(next);
      unasked.shift();
    }
    const present = await Promise.all(asked.map(async (ref) => client.read(ref)));
    return present.every((object) => object === null)
      ? { done: undefined }
      : { missing: `still there: ${present.flatMap((object) => describeRemaining(object)).join(', ')}` };
  });
}

/** A workload stays until its pods are gone, so that its absence says that nothing of it runs. */
function propagationOf(ref: ObjectRef): 'Foreground' | 'Background' {
  return isWorkload(ref) ? 'Foreground' : 'Background';
}
