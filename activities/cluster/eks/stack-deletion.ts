import {
  DeleteStackCommand,
  DescribeStackResourcesCommand,
  type Stack,
  UpdateTerminationProtectionCommand,
} from '@aws-sdk/client-cloudformation';
import { ApplicationFailure } from '@temporalio/activity';
import { FailureType } from '../../../domain/failure.ts';
import { ask, change } from '../../aws/call.ts';
import type { EksOperation } from './operation.ts';
import { isOwn } from './owner.ts';
import { latestEvent } from './stack-events.ts';
import { describeStack, isComplete, stackTimeout } from './stack.ts';

/** Tries: the second one is without what stood in the first one's way. */
const attempts = 2;

/** What happens around the deletion of stacks. */
export interface Deletion {
  /** Learns the name of a stack that is gone. */
  readonly deleted: (name: string) => void;
  /** Removes what keeps a stack from going, before it is tried again. */
  readonly cleanUp: () => Promise<void>;
}

/**
 * Deletes a stack and waits until it is gone.
 * @param operation the cluster
 * @param stack the stack
 * @param deletion what happens between two tries, and in the end
 * @throws ApplicationFailure `DeletionFailed` with the resources that are left and why
 */
export async function deleteStack(operation: EksOperation, stack: Stack, deletion: Deletion): Promise<void> {
  for (let attempt = 1; attempt <= attempts; attempt += 1) {
    if (await tryDeletion(operation, stack)) {
      deletion.deleted(stack.StackName ?? '');
      return;
    }
    if (attempt < attempts) await deletion.cleanUp();
  }
  throw await remaining(operation, stack);
}

/** Whether the stack is gone. */
async function tryDeletion(operation: EksOperation, stack: Stack): Promise<boolean> {
  const now = await describeStack(operation, stack.StackId ?? '');
  if (now === null || now.StackStatus === 'DELETE_COMPLETE') return true;
  if (now.StackStatus !== 'DELETE_IN_PROGRESS') await askForDeletion(operation, now);
  return (await awaitDeletion(operation, stack)) === null;
}

/** For a stack that nothing else hangs on. */
export const nothingElse: Deletion = { deleted: () => undefined, cleanUp: () => Promise.resolve() };

/**
 * Removes a stack that an earlier run could not create: such a stack holds its name and nothing of use.
 * @param operation the cluster
 * @param name the stack's name; one that is this run's, complete or not there stays as it is
 */
export async function removeFailedStack(operation: EksOperation, name: string): Promise<void> {
  const stack = await describeStack(operation, name);
  if (stack === null || isOwn(stack) || isComplete(stack.StackStatus)) return;
  if (stack.StackStatus !== 'CREATE_IN_PROGRESS') await deleteStack(operation, stack, nothingElse);
}

/** By its id: the name finds another stack, or none, once this one is gone. */
async function askForDeletion({ aws, tell }: EksOperation, stack: Stack): Promise<void> {
  const { StackName, StackId } = stack;
  tell(`deleting stack ${StackName}`);
  if (stack.EnableTerminationProtection) {
    const command = new UpdateTerminationProtectionCommand({ StackName, EnableTerminationProtection: false });
    await change(`end the termination protection of stack ${StackName}`, (options) =>
      aws.cloudFormation.send(command, options),
    );
  }
  await change(`delete stack ${StackName}`, (options) =>
    aws.cloudFormation.send(new DeleteStackCommand({ StackName: StackId }), options),
  );
}

/** Null when the stack is gone. */
async function awaitDeletion(
  operation: EksOperation,
  { StackId = '', StackName }: Stack,
): Promise<Stack | null> {
  const wait = { until: `stack ${StackName} is deleted`, timeout: stackTimeout };
  return await operation.until(wait, async () => {
    const now = await describeStack(operation, StackId);
    if (now === null || now.StackStatus === 'DELETE_COMPLETE') return { done: null };
    return now.StackStatus === 'DELETE_FAILED'
      ? { done: now }
      : { missing: await latestEvent(operation, now) };
  });
}

async function remaining({ aws }: EksOperation, { StackId, StackName }: Stack): Promise<ApplicationFailure> {
  const { StackResources = [] } = await ask(`list what is left of stack ${StackName}`, (options) =>
    aws.cloudFormation.send(new DescribeStackResourcesCommand({ StackName: StackId }), options),
  );
  const left = StackResources.filter(({ ResourceStatus }) => ResourceStatus !== 'DELETE_COMPLETE').map(
    ({ LogicalResourceId, PhysicalResourceId = '', ResourceStatusReason: reason = '' }) =>
      `${LogicalResourceId} ${PhysicalResourceId}${reason && ` (${reason})`}`,
  );
  return ApplicationFailure.nonRetryable(
    `stack ${StackName} could not be deleted; left over: ${left.join(', ')}`,
    FailureType.deletionFailed,
  );
}
