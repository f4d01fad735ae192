import type { Stack } from '@aws-sdk/client-cloudformation';
import { ApplicationFailure } from '@temporalio/activity';
import { clusterStackName } from '../../../domain/eks.ts';
import { FailureType } from '../../../domain/failure.ts';
import { describeCluster } from './cluster.ts';
import { type EksOperation, removalCommand } from './operation.ts';
import { nodeGroupNames } from './node-groups/find.ts';
import { isOwn, type Owner, ownerOf } from './owner.ts';
import { describeStack, isComplete, stackTimeout } from './stack.ts';

/**
 * What there is under the cluster's name: `free` for nothing, `own` for what this run began, `other` for a
 * cluster that an earlier run made, `nodeless` for one of these that has no node group.
 */
export type Claim = 'free' | 'own' | 'other' | 'nodeless';

/** Whether that run of that workflow is still open. */
export type IsOpen = (workflowId: string, runId: string) => Promise<boolean>;

/**
 * Finds out whose the cluster's name is. A cluster is Sluice's by its cluster stack: node groups come and go.
 * @param operation the cluster
 * @param isOpen tells whether a run is still open
 * @throws ApplicationFailure `InvalidTarget` for a cluster that Sluice did not make, or whose stack is not complete,
 * `TargetBusy` for one that another run is making
 */
export async function claimName(operation: EksOperation, isOpen: IsOpen): Promise<Claim> {
  const stack = await settledStack(operation);
  if (stack === null) {
    if ((await describeCluster(operation)) === null) return 'free';
    throw foreign(operation.cluster, 'has no stack of Sluice');
  }
  if (isOwn(stack)) return 'own';
  const owner = ownerOf(stack);
  if (owner === null)
    throw foreign(operation.cluster, `belongs to stack ${stack.StackName}, which Sluice did not make`);
  const complete = isComplete(stack.StackStatus);
  if (complete && (await nodeGroupNames(operation)).length > 0) return 'other';
  if (await isOpen(owner.workflowId, owner.runId)) throw busy(operation, owner);
  if (complete) return 'nodeless';
  throw unfinished(operation, owner, stack);
}

/** A stack that somebody is deleting is waited for: its name is free then. */
async function settledStack(operation: EksOperation): Promise<Stack | null> {
  const name = clusterStackName(operation.cluster);
  const wait = { until: `stack ${name} is deleted`, timeout: stackTimeout };
  return await operation.until(wait, async () => {
    const stack = await describeStack(operation, name);
    return stack?.StackStatus === 'DELETE_IN_PROGRESS'
      ? { missing: `stack ${name} is being deleted` }
      : { done: stack };
  });
}

function foreign(cluster: string, why: string): ApplicationFailure {
  return ApplicationFailure.nonRetryable(
    `cluster.name: there is an EKS cluster ${cluster} that ${why}; choose another name, or set existing: true to use it as it is`,
    FailureType.invalidTarget,
  );
}

function busy({ cluster }: EksOperation, { workflowId, runId }: Owner): ApplicationFailure {
  return ApplicationFailure.nonRetryable(
    `cluster.name: ${workflowId} (run ${runId}) is making EKS cluster ${cluster} right now; start again when it is there`,
    FailureType.targetBusy,
  );
}

function unfinished(operation: EksOperation, { workflowId, runId }: Owner, stack: Stack): ApplicationFailure {
  const what = `${workflowId} (run ${runId}) left EKS cluster ${operation.cluster} unfinished (stack ${stack.StackName} is ${stack.StackStatus})`;
  return ApplicationFailure.nonRetryable(
    `cluster.name: ${what}; \`${removalCommand(operation)}\` removes it`,
    FailureType.invalidTarget,
  );
}
