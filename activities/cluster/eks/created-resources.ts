import { ApplicationFailure } from '@temporalio/activity';
import { isCredentialFailure } from '../../aws/failure.ts';
import { clusterStackName } from '../../../domain/eks.ts';
import { type EksOperation, removalCommand } from './operation.ts';
import { isOwn } from './owner.ts';
import { describeStack } from './stack.ts';
import { otherStacks } from './stacks.ts';

/** Makes something; a failure that ends it tells what this run has created until then. */
export async function withCreatedResources<T>(operation: EksOperation, make: () => Promise<T>): Promise<T> {
  try {
    return await make();
  } catch (error) {
    if (!(error instanceof ApplicationFailure) || !error.nonRetryable) throw error;
    throw await nameCreatedResources(operation, error);
  }
}

/** Where AWS does not answer that either, what may be there is named by the command that removes it. */
async function nameCreatedResources(
  operation: EksOperation,
  failure: ApplicationFailure,
): Promise<ApplicationFailure> {
  if (isCredentialFailure(failure) && !operation.awaitsCredentials()) return failure;
  // Credentials have been waited for already.
  const stacks = isCredentialFailure(failure) ? null : await ownStacks(operation).catch(() => null);
  if (stacks === null)
    return withWords(failure, `what was created is not known, \`${removalCommand(operation)}\` removes it`);
  const created = stacks.length === 0 ? 'nothing was created' : `created so far: ${stacks.join(', ')}`;
  return withWords(failure, created);
}

/**
 * The same failure with more to say.
 * @param failure what failed
 * @param words what follows its message
 */
export function withWords(failure: ApplicationFailure, words: string): ApplicationFailure {
  return ApplicationFailure.create({
    message: `${failure.message}; ${words}`,
    ...(failure.type && { type: failure.type }),
    nonRetryable: failure.nonRetryable === true,
    details: failure.details ?? [],
    cause: failure,
  });
}

async function ownStacks(operation: EksOperation): Promise<string[]> {
  const cluster = await describeStack(operation, clusterStackName(operation.cluster));
  if (cluster === null) return [];
  const own = [cluster, ...(await otherStacks(operation))].filter(isOwn);
  return own.map(({ StackName, StackStatus }) => `stack ${StackName} (${StackStatus})`);
}
