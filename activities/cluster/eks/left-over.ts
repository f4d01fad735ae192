import { ApplicationFailure } from '@temporalio/activity';
import { FailureType } from '../../../domain/failure.ts';
import { isCredentialFailure } from '../../aws/failure.ts';
import { type EksOperation, removalCommand } from './operation.ts';
import { withWords } from './created-resources.ts';

/** Failures after which everything is as it was. */
const untouched: readonly (string | null | undefined)[] = [
  FailureType.invalidTarget,
  FailureType.targetBusy,
  FailureType.noCredentials,
];

/**
 * Removes something; a failure that ends it names what is left and the one command that removes it.
 * @param operation the cluster
 * @param remove removes what is listed in its argument, and takes out of it what is gone
 */
export async function namingLeftOver<T>(
  operation: EksOperation,
  remove: (left: Set<string>) => Promise<T>,
): Promise<T> {
  const left = new Set<string>();
  try {
    return await remove(left);
  } catch (error) {
    if (!(error instanceof ApplicationFailure) || untouched.includes(error.type)) throw error;
    if (isCredentialFailure(error) && !operation.awaitsCredentials()) throw error;
    const what = left.size === 0 ? 'what is left is not known' : `still there: ${[...left].join(', ')}`;
    throw withWords(error, `${what}; \`${removalCommand(operation)}\` removes it`);
  }
}
