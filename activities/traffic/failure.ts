import { ApplicationFailure } from '@temporalio/activity';
import { FailureType } from '../../domain/failure.ts';

/** The cluster is not what the spec says it is. */
export function invalidTarget(message: string): ApplicationFailure {
  return ApplicationFailure.nonRetryable(message, FailureType.invalidTarget);
}

/** Runs an edit of an object; what the edit refuses is what the cluster has and Sluice cannot steer. */
export function refuseAsTarget<T>(edit: () => T): T {
  try {
    return edit();
  } catch (error) {
    throw error instanceof Error ? invalidTarget(error.message) : error;
  }
}
