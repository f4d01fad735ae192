import type { Stack } from '@aws-sdk/client-cloudformation';
import { ApplicationFailure } from '@temporalio/activity';
import { clusterStackName, nodeGroupStackName } from '../../../domain/eks.ts';
import { FailureType } from '../../../domain/failure.ts';
import { describeCluster } from './cluster.ts';
import type { Errand } from './errand.ts';
import { isOwn, type Owner, ownerOf } from './owner.ts';
import { describeStack, isComplete, stackTimeout } from './stack.ts';

/**
 * What there is under the cluster's name: `free` for nothing, `own` for what this run began, `other` for a
 * cluster that an earlier run made in full.
 */
export type Claim = 'free' | 'own' | 'other';

/** Whether that run of that workflow is still open. */
export type IsOpen = (workflowId: string, runId: string) => Promise<boolean>;

/**
 * Finds out whose the cluster's name is.
 * @throws ApplicationFailure `InvalidTarget` for a cluster that Sluice did not make or an earlier run left unfinished,
 * `TargetBusy` for one that another run is making
 */
export async function claimName(errand: Errand, nodeGroup: string, isOpen: IsOpen): Promise<Claim> {
  const stack = await settledStack(errand);
  if (stack === null) {
    if ((await describeCluster(errand)) === null) return 'free';
    throw foreign(errand.cluster, 'has no stack of Sluice');
  }
  if (isOwn(stack)) return 'own';
  const owner = ownerOf(stack);
  if (owner === null)
    throw foreign(errand.cluster, `belongs to stack ${stack.StackName}, which Sluice did not make`);
  if (await isWhole(errand, stack, nodeGroup)) return 'other';
  throw (await isOpen(owner.workflowId, owner.runId))
    ? busy(errand, owner)
    : unfinished(errand, owner, stack);
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

async function isWhole(errand: Errand, stack: Stack, nodeGroup: string): Promise<boolean> {
  if (!isComplete(stack.StackStatus)) return false;
  const nodes = await describeStack(errand, nodeGroupStackName(errand.cluster, nodeGroup));
  return isComplete(nodes?.StackStatus);
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

function unfinished({ cluster }: Errand, { workflowId, runId }: Owner, stack: Stack): ApplicationFailure {
  const what = `${workflowId} (run ${runId}) left EKS cluster ${cluster} unfinished (stack ${stack.StackName}: ${stack.StackStatus})`;
  return ApplicationFailure.nonRetryable(
    `cluster.name: ${what}; \`npx sluice teardown --cluster ${cluster}\` removes it`,
    FailureType.invalidTarget,
  );
}
