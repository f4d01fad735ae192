import { ApplicationFailure } from '@temporalio/activity';
import { FailureType, putBackBut } from '../../domain/failure.ts';

/** The cluster is not what the spec says it is. */
export function invalidTarget(message: string): ApplicationFailure {
  return ApplicationFailure.nonRetryable(message, FailureType.invalidTarget);
}

/** Some routes could not be put back: each in words, with its reason. All others were. */
export function partlyRestored(routes: readonly string[]): ApplicationFailure {
  return invalidTarget(`${putBackBut}not by all routes: ${routes.join('; ')}`);
}

/** Traffic went back, and not every proxy was seen to follow. */
export function unseenRestore(error: unknown): unknown {
  if (!(error instanceof ApplicationFailure) || error.type !== FailureType.deadlineExceeded) return error;
  return ApplicationFailure.nonRetryable(
    `${putBackBut}not seen in every proxy: ${error.message}`,
    FailureType.deadlineExceeded,
  );
}

/** Runs an edit of an object; what the edit refuses is what the cluster has and Sluice cannot steer. */
export function refuseAsTarget<T>(edit: () => T): T {
  try {
    return edit();
  } catch (error) {
    throw error instanceof Error ? invalidTarget(error.message) : error;
  }
}
