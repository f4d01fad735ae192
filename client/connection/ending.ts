import type { WorkflowFailedError } from '@temporalio/client';
import { ApplicationFailure, CancelledFailure, TerminatedFailure, TimeoutFailure } from '@temporalio/common';
import type { Ending } from './session.ts';

/** Reads how a run failed out of the error that its result threw. */
export function endingOf(error: WorkflowFailedError): Ending {
  const application = find(error);
  if (application === null)
    return { kind: 'failed', type: null, message: describe(error.cause), details: [] };
  const { type, message, details } = application;
  return { kind: 'failed', type: type ?? null, message, details: details ?? [] };
}

function find(error: unknown): ApplicationFailure | null {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (cause instanceof ApplicationFailure) return cause;
  }
  return null;
}

function describe(cause: Error | undefined): string {
  if (cause instanceof TerminatedFailure) return `the workflow was terminated in Temporal: ${cause.message}`;
  if (cause instanceof CancelledFailure) return 'the workflow was cancelled in Temporal';
  if (cause instanceof TimeoutFailure) return 'the workflow ran into its timeout in Temporal';
  return cause?.message ?? 'the workflow ended without a result';
}
