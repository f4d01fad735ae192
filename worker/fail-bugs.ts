/** Errors that no activity expects: they fail at once and are told as what they are, instead of being retried for hours. */
import { ApplicationFailure, CompleteAsyncError, Context } from '@temporalio/activity';
import { TemporalFailure } from '@temporalio/common';
import type { ActivityInboundCallsInterceptor } from '@temporalio/worker';
import { FailureType } from '../domain/failure.ts';
import { messageOf } from '../domain/message-of.ts';

/** What the language throws at mistakes, whatever code Node gives them. */
const mistakes = new Set([
  'TypeError',
  'RangeError',
  'ReferenceError',
  'SyntaxError',
  'EvalError',
  'AssertionError',
]);

/** Lets activities fail for good with `Bug` where they throw what is neither a failure nor an accident. */
export const failBugs: ActivityInboundCallsInterceptor = {
  async execute(input, next) {
    try {
      return await next(input);
    } catch (error) {
      if (isExpected(error)) throw error;
      throw bug(Context.current().info.activityType, error);
    }
  },
};

/** Failures say themselves whether a retry may cure them; what ends a cancelled activity is its cancellation. */
function isExpected(error: unknown): boolean {
  if (error instanceof TemporalFailure || error instanceof CompleteAsyncError) return true;
  return Context.current().cancellationSignal.aborted || isAccident(error);
}

/**
 * Whether an error comes from outside: systems, sockets, gRPC and AWS give theirs a code, or name a cause that has one.
 */
export function isAccident(error: unknown): boolean {
  if (!isError(error)) return false;
  if (isAccident(error.cause)) return true;
  const { code, $metadata } = error as { code?: unknown; $metadata?: unknown };
  return !mistakes.has(error.name) && (code !== undefined || $metadata !== undefined);
}

/** Not by class alone: what Node itself throws has another one in a context of its own. */
function isError(error: unknown): error is Error {
  return error instanceof Error || Object.prototype.toString.call(error) === '[object Error]';
}

function bug(activity: string, error: unknown): ApplicationFailure {
  const name = isError(error) ? error.name : typeof error;
  return ApplicationFailure.create({
    message: `bug in ${activity}: ${name}: ${messageOf(error)}; not retried, report it with the worker's log`,
    type: FailureType.bug,
    nonRetryable: true,
    ...(isError(error) && { cause: error }),
  });
}
