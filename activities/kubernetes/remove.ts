import { ApplicationFailure } from '@temporalio/activity';
import { FailureType } from '../../domain/failure.ts';
import type { ObjectRef } from '../../domain/rollout.ts';
import type { ClusterClient } from './client.ts';
import { describeRef } from './object.ts';
import { createdByAnnotation, markOf } from './ownership.ts';
import { describeRemaining } from './remaining.ts';
import { waitUntil } from './wait.ts';
import { isWorkload } from './workload.ts';

/** Longest wait for objects to go: a pod has 30 s to end by default, a cloud's load balancer takes minutes. */
const removeTimeout = 5 * 60_000;

/**
 * Deletes those of the objects that runs of Sluice made, newest first, and waits until they are gone; what is gone
 * already is fine. What a ledger lists is the word of whoever started the workflow, the mark on an object is not.
 * @param objects that a ledger lists
 * @throws ApplicationFailure `InvalidTarget`, once all others are gone, with the names of those that carry no mark
 */
export async function removeMade(client: ClusterClient, objects: readonly ObjectRef[]): Promise<void> {
  const found = await Promise.all(objects.map(async (ref) => client.read(ref)));
  const isForeign = (index: number) => found[index] != null && markOf(found[index]) === null;
  await removeAll(
    client,
    objects.filter((_ref, index) => !isForeign(index)),
  );
  const foreign = objects.filter((_ref, index) => isForeign(index));
  if (foreign.length === 0) return;
  throw ApplicationFailure.nonRetryable(
    `left as no run of Sluice made it (no annotation ${createdByAnnotation}): ${foreign.map(describeRef).join(', ')}`,
    FailureType.invalidTarget,
  );
}

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
