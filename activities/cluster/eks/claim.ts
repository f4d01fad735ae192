import type { Stack } from '@aws-sdk/client-cloudformation';
import { ApplicationFailure } from '@temporalio/activity';
import { clusterStackName } from '../../../domain/eks.ts';
import { FailureType } from '../../../domain/failure.ts';
import { describeCluster } from './cluster.ts';
import { type Errand, removalCommand } from './errand.ts';
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
 * @param errand the cluster
 * @param isOpen tells whether a run is still open
 * @throws ApplicationFailure `InvalidTarget` for a cluster that Sluice did not make, or whose stack is not complete,
 * `TargetBusy` for one that another run is making
 */
export async function claimName(errand: Errand, isOpen: IsOpen): Promise<Claim> {
  const stack = await settledStack(errand);
  if (stack === null) {
    if ((await describeCluster(errand)) === null) return 'free';
    throw foreign(errand.cluster, 'has no stack of Sluice');
  }
  if (isOwn(stack)) return 'own';
  const owner = ownerOf(stack);
  if (owner === null)
    throw foreign(errand.cluster, `belongs to stack ${stack.StackName}, which Sluice did not make`);
  const complete = isComplete(stack.StackStatus);
  if (complete && (await nodeGroupNames(errand)).length > 0) return 'other';
  if (await isOpen(owner.workflowId, owner.runId)) throw busy(errand, owner);
  if (complete) return 'nodeless';
  throw unfinished(errand, owner, stack);
}

/** A stack that somebody is deleting is waited for: its name is free then. */
async function settledStack(errand: Errand): Promise<Stack | null> {
  const name = clusterStackName(errand.cluster);
  const wait = { until: `stack ${name} is deleted`, timeout: stackTimeout };
  return await errand.until(wait, async () => {
    const stack = await describeStack(errand, name);
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

function busy({ cluster }: Errand, { workflowId, runId }: Owner): ApplicationFailure {
  return ApplicationFailure.nonRetryable(
    `cluster.name: ${workflowId} (run ${runId}) is making EKS cluster ${cluster} right now; start again when it is there`,
    FailureType.targetBusy,
  );
}

function unfinished(errand: Errand, { workflowId, runId }: Owner, stack: Stack): ApplicationFailure {
  const what = `${workflowId} (run ${runId}) left EKS cluster ${errand.cluster} unfinished (stack ${stack.StackName} is ${stack.StackStatus})`;
  return ApplicationFailure.nonRetryable(
    `cluster.name: ${what}; \`${removalCommand(errand)}\` removes it`,
    FailureType.invalidTarget,
  );
}
