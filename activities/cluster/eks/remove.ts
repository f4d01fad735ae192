import type { Stack } from '@aws-sdk/client-cloudformation';
import { ApplicationFailure, log } from '@temporalio/activity';
import { clusterStackName } from '../../../domain/eks.ts';
import { FailureType } from '../../../domain/failure.ts';
import type { ActivityDeps } from '../../deps.ts';
import type { ClusterClient } from '../../kubernetes/index.ts';
import { type EksOperation, removalCommand } from './operation.ts';
import { namingLeftOver } from './left-over.ts';
import { releaseServices } from './load-balancers/release-services.ts';
import { removeLoadBalancers } from './load-balancers/remove.ts';
import { releaseInterfaces } from './network-interfaces.ts';
import { removeIdentityProvider } from './identity-provider.ts';
import { currentOwner, ownerOf } from './owner.ts';
import { describeStack, isComplete } from './stack.ts';
import { nothingElse } from './stack-deletion.ts';
import { deleteStacks } from './stack-order.ts';
import { networkOf, otherStacks } from './stacks.ts';

/** What a removal needs besides AWS. */
export interface Removal {
  /** The cluster's own API, while it answers. */
  readonly client: ClusterClient;
  /** Whether a stack may go. */
  readonly owns: (stack: Stack) => boolean;
  /** Rollouts that are open on a cluster, by any of its names. */
  readonly openRollouts: ActivityDeps['openRollouts'];
}

/**
 * Removes a cluster in eksctl's order: load balancers first, which keep the network alive; nodes; whatever else has a
 * stack; the cluster. Can be done again from the start whenever it was cut off.
 * @param operation the cluster
 * @param removal what may go
 * @returns names of the stacks that were removed
 * @throws ApplicationFailure `DeletionFailed` with what is left over and the command that removes it, `TargetBusy` while
 * another rollout is open on the cluster, `InvalidTarget` for a cluster that Sluice did not make
 */
export async function removeEksCluster(operation: EksOperation, removal: Removal): Promise<string[]> {
  return await namingLeftOver(operation, async (left) => {
    const stack = await describeStack(operation, clusterStackName(operation.cluster));
    if (stack === null || !removal.owns(stack)) return await removeOwnStacks(operation, removal.owns, left);
    requireOwner(operation, stack);
    await requireNoRollout(operation, removal.openRollouts);
    return await removeAll(operation, stack, removal.client, left);
  });
}

async function removeAll(
  operation: EksOperation,
  stack: Stack,
  client: ClusterClient,
  left: Set<string>,
): Promise<string[]> {
  const stacks = [...(await otherStacks(operation)), stack];
  for (const name of namesOf(stacks)) left.add(name);
  const network = await networkOf(operation, stack);
  const released = isComplete(stack.StackStatus) ? await releaseServices(operation, client) : 0;
  if (network !== null) await removeLoadBalancers(operation, network, released);
  await removeIdentityProvider(operation);
  await deleteStacks(operation, stacks, {
    deleted: (name) => left.delete(name),
    // Controllers may have made a load balancer again before they went, and the CNI leaves interfaces.
    cleanUp: async () => {
      if (network === null) return;
      await removeLoadBalancers(operation, network, 0);
      await releaseInterfaces(operation, network);
    },
  });
  return namesOf(stacks);
}

/** The cluster is gone, or was not made by Sluice: only stacks that Sluice made remain to be removed. */
async function removeOwnStacks(
  operation: EksOperation,
  owns: Removal['owns'],
  left: Set<string>,
): Promise<string[]> {
  const stacks = (await otherStacks(operation)).filter(owns);
  log.info(`EKS cluster ${operation.cluster} is gone or not this run's; stacks to remove: ${stacks.length}`);
  for (const name of namesOf(stacks)) left.add(name);
  await deleteStacks(operation, stacks, { ...nothingElse, deleted: (name) => left.delete(name) });
  return namesOf(stacks);
}

function namesOf(stacks: readonly Stack[]): string[] {
  return stacks.map(({ StackName = '' }) => StackName);
}

/** Another rollout may use what an earlier one made; specs name a cluster with its region or without. */
async function requireNoRollout(
  operation: EksOperation,
  openRollouts: ActivityDeps['openRollouts'],
): Promise<void> {
  const { cluster, access } = operation;
  const { workflowId } = currentOwner();
  const open = await openRollouts([`${cluster}.${access.region}`, cluster]);
  const others = open.filter((id) => id !== workflowId);
  if (others.length === 0) return;
  throw ApplicationFailure.nonRetryable(
    `EKS cluster ${cluster} is used by ${others.join(', ')}, which is open: when it is over, \`${removalCommand(operation)}\` removes the cluster`,
    FailureType.targetBusy,
  );
}

function requireOwner({ cluster }: EksOperation, stack: Stack): void {
  if (ownerOf(stack) !== null) return;
  throw ApplicationFailure.nonRetryable(
    `Sluice did not make stack ${stack.StackName}: \`eksctl delete cluster ${cluster}\` removes what eksctl made`,
    FailureType.invalidTarget,
  );
}
