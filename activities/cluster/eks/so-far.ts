import { ApplicationFailure } from '@temporalio/activity';
import { clusterStackName } from '../../../domain/eks.ts';
import type { Errand } from './errand.ts';
import { isOwn } from './owner.ts';
import { describeStack } from './stack.ts';
import { otherStacks } from './stacks.ts';

/** Makes something; a failure that ends it tells what this run has created until then. */
export async function tellingSoFar<T>(errand: Errand, make: () => Promise<T>): Promise<T> {
  try {
    return await make();
  } catch (error) {
    if (!(error instanceof ApplicationFailure) || !error.nonRetryable) throw error;
    throw await withSoFar(errand, error);
  }
}

/** Where AWS does not answer that either, the failure stays as it is. */
async function withSoFar(errand: Errand, failure: ApplicationFailure): Promise<ApplicationFailure> {
  const stacks = await ownStacks(errand).catch(() => null);
  if (stacks === null) return failure;
  const created = stacks.length === 0 ? 'nothing was created' : `created so far: ${stacks.join(', ')}`;
  return ApplicationFailure.create({
    message: `${failure.message}; ${created}`,
    ...(failure.type && { type: failure.type }),
    nonRetryable: true,
    details: failure.details ?? [],
    cause: failure,
  });
}

async function ownStacks(errand: Errand): Promise<string[]> {
  const cluster = await describeStack(errand, clusterStackName(errand.cluster));
  if (cluster === null) return [];
  const own = [cluster, ...(await otherStacks(errand))].filter(isOwn);
  return own.map(({ StackName, StackStatus }) => `stack ${StackName} (${StackStatus})`);
}
