/** Failures as a workflow sees them: what an activity threw is wrapped, its class is lost, its type is not. */
import { ActivityFailure, ApplicationFailure, TimeoutFailure } from '@temporalio/workflow';
import { FailureType } from '../domain/failure.ts';
import { messageOf } from '../domain/message-of.ts';

export interface Failure {
  readonly type: string;
  readonly message: string;
  readonly details: readonly unknown[];
}

/** Finds the failure that an error is about. */
export function describeFailure(error: unknown): Failure {
  const cause = error instanceof ActivityFailure && error.cause ? error.cause : error;
  if (cause instanceof ApplicationFailure)
    return { type: cause.type ?? 'Error', message: cause.message, details: cause.details ?? [] };
  if (cause instanceof TimeoutFailure) return timedOut(error, cause);
  return { type: 'Error', message: messageOf(cause), details: [] };
}

/** A timeout hides why the attempts before it failed: Temporal keeps the last reason as its cause. */
function timedOut(error: unknown, timeout: TimeoutFailure): Failure {
  const step = error instanceof ActivityFailure ? error.activityType : 'the step';
  const last = timeout.cause?.message ? `, last failure: ${timeout.cause.message}` : '';
  return { type: FailureType.deadlineExceeded, message: `${step} did not end in time${last}`, details: [] };
}
