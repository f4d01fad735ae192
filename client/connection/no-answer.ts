/** Why a run does not tell where it is. */
import { grpcCode, grpcDetails } from './grpc-errors.ts';
import type { Execution } from './session.ts';

/** Codes of gRPC by which a server says that no worker came for a question: in time, or of late. */
const deadlineExceeded = 4;
const failedPrecondition = 9;

/**
 * Whether a question to a run came to no worker: everything else is an answer, and says something else.
 * @param error of the question
 */
export function isUnheard(error: unknown): boolean {
  const code = grpcCode(error);
  return code === deadlineExceeded || (code === failedPrecondition && /no poller/i.test(grpcDetails(error)));
}

/**
 * Why a run did not answer, in words.
 * @param error of the question
 * @param execution that was asked
 */
export function describeNoAnswer(error: unknown, { workflowId, taskQueue }: Execution): string {
  if (isUnheard(error)) return `no worker answers on task queue ${taskQueue}`;
  return `${workflowId} cannot be asked: ${grpcDetails(error)}`;
}
