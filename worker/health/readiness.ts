/** Whether the worker does its work: polls, and reaches Temporal. */
import type { NativeConnection, Worker } from '@temporalio/worker';
import { messageOf } from '../../domain/message-of.ts';

/** Says why the worker is not ready; null when it is. */
export type Look = () => Promise<string | null>;

/** What the health endpoint asks, and the worker changes as it comes and goes. */
export interface Readiness {
  look: Look;
}

/** How long Temporal may take to answer, in ms; Kubernetes asks again after seconds. */
const answerTimeout = 2_000;

/** A worker that has nothing to poll with yet, or any more. */
export function notReady(reason: string): Look {
  return () => Promise.resolve(reason);
}

/** A worker that runs: asks it for its state, and the server for a sign of life. */
export function lookAt(worker: Worker, connection: NativeConnection): Look {
  return async () => {
    const { runState, workflowPollerState, activityPollerState } = worker.getStatus();
    if (runState !== 'RUNNING') return `the worker is ${runState.toLowerCase()}`;
    if (workflowPollerState !== 'POLLING' || activityPollerState !== 'POLLING') return 'it does not poll';
    try {
      const deadline = Date.now() + answerTimeout;
      await connection.withDeadline(deadline, () => connection.workflowService.getSystemInfo({}));
      return null;
    } catch (error) {
      return `Temporal does not answer: ${messageOf(error)}`;
    }
  };
}
