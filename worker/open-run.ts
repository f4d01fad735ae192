/** Whether a run that holds a claim still needs it. */
import { Client, WorkflowNotFoundError } from '@temporalio/client';
import type { NativeConnection } from '@temporalio/worker';

/** Asks Temporal whether a run is open; one that Temporal no longer knows is not. */
export function openRuns(connection: NativeConnection, namespace: string) {
  const client = new Client({ connection, namespace });
  return async (workflowId: string, runId: string): Promise<boolean> => {
    try {
      const { closeTime } = await client.workflow.getHandle(workflowId, runId).describe();
      return closeTime === undefined;
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return false;
      throw error;
    }
  };
}
