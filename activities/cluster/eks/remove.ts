import type { Stack } from '@aws-sdk/client-cloudformation';
import { ApplicationFailure, log } from '@temporalio/activity';
import { clusterStackName } from '../../../domain/eks.ts';
import { FailureType } from '../../../domain/failure.ts';
import type { ClusterClient } from '../../kubernetes/index.ts';
import type { Errand } from './errand.ts';
import { releaseServices } from './load-balancers/release-services.ts';
import { removeLoadBalancers } from './load-balancers/remove.ts';
import { ownerOf } from './owner.ts';
import { deleteStack } from './stack-deletion.ts';
import { describeStack, isComplete } from './stack.ts';
import { networkOf, otherStacks } from './stacks.ts';

/** What a removal needs besides AWS. */
export interface Removal {
  /** The cluster's own API, while it answers. */
  readonly client: ClusterClient;
  /** Whether a stack may go. */
  readonly owns: (stack: Stack) => boolean;
}

/**
 * Removes a cluster in eksctl's order: load balancers first, which keep the network alive; nodes; whatever else has a
 * stack; the cluster. Can be done again from the start whenever it was cut off.
 * @returns names of the stacks that were removed
 * @throws ApplicationFailure `DeletionFailed` with what is left over
 */
export async function removeEksCluster(errand: Errand, { client, owns }: Removal): Promise<string[]> {
  const stack = await describeStack(errand, clusterStackName(errand.cluster));
  if (stack === null) return [];
  if (!owns(stack)) {
    log.info(`EKS cluster ${errand.cluster} is not this run's: left as it is`);
    return [];
  }
  requireOwner(errand, stack);
  const network = await networkOf(errand, stack);
  const released = isComplete(stack.StackStatus) ? await releaseServices(errand, client) : 0;
  if (network !== null) await removeLoadBalancers(errand, network, released);
  const stacks = [...(await otherStacks(errand)), stack];
  for (const one of stacks) await deleteStack(errand, one, network);
  return stacks.map(({ StackName = '' }) => StackName);
}

function requireOwner({ cluster }: Errand, stack: Stack): void {
  if (ownerOf(stack) !== null) return;
  throw ApplicationFailure.nonRetryable(
    `Sluice did not make stack ${stack.StackName}: \`eksctl delete cluster ${cluster}\` removes what eksctl made`,
    FailureType.invalidTarget,
  );
}
