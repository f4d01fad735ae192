import type { Stack } from '@aws-sdk/client-cloudformation';
import { ApplicationFailure } from '@temporalio/activity';
import { clusterStackName, nodeGroupNameTag } from '../../../domain/eks.ts';
import { FailureType } from '../../../domain/failure.ts';
import type { EksOperation } from './operation.ts';
import { deleteStack, type Deletion } from './stack-deletion.ts';

/**
 * Deletes the stacks of a cluster, its own last. One that does not go holds up only what needs it: the cluster's stack
 * stays while a node group does, which imports its outputs.
 * @param operation the cluster
 * @param stacks in the order to delete them
 * @param deletion what happens in between
 * @throws ApplicationFailure `DeletionFailed` with what is left of every stack that did not go
 */
export async function deleteStacks(
  operation: EksOperation,
  stacks: readonly Stack[],
  deletion: Deletion,
): Promise<void> {
  const own = clusterStackName(operation.cluster);
  const failed = new Map<Stack, ApplicationFailure>();
  for (const stack of stacks) {
    if (stack.StackName === own && [...failed.keys()].some(isNodeGroup)) continue;
    const failure = await failureOf(() => deleteStack(operation, stack, deletion));
    if (failure !== null) failed.set(stack, failure);
  }
  const [first, ...others] = failed.values();
  if (first === undefined) return;
  const messages = [first, ...others].map(({ message }) => message);
  throw ApplicationFailure.nonRetryable(messages.join('; '), FailureType.deletionFailed);
}

async function failureOf(act: () => Promise<void>): Promise<ApplicationFailure | null> {
  try {
    await act();
    return null;
  } catch (error) {
    if (error instanceof ApplicationFailure && error.type === FailureType.deletionFailed) return error;
    throw error;
  }
}

function isNodeGroup({ Tags = [] }: Stack): boolean {
  return Tags.some(({ Key }) => Key === nodeGroupNameTag);
}
