/** Puts the traffic back that a run left where it was: one that was terminated, or could not do it itself. */
import { CancellationScope, workflowInfo } from '@temporalio/workflow';
import { quick } from './activities.ts';
import type { RestoreInput, RestoreResult } from './messages.ts';
import { putTrafficBack } from './traffic.ts';

/**
 * Puts traffic back as the run itself would have, and waits until the proxies have it.
 * @throws ApplicationFailure of type `TargetBusy`, before any change, where another open run has one of the services
 */
export async function restore(input: RestoreInput): Promise<RestoreResult> {
  const { workflowId, runId } = workflowInfo();
  const { connection, namespace, services, weights } = input;
  const targets = { connection, namespace, services, workflowId, runId };
  await quick.lockTargets.executeWithOptions({ summary: 'locking the services' }, [targets]);
  try {
    const { warnings } = await putTrafficBack(input);
    return { weights, warnings };
  } finally {
    await CancellationScope.nonCancellable(() => quick.releaseTargets(targets));
  }
}
