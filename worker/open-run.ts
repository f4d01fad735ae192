/** Which runs are open: whether one that holds a claim still needs it, and which ones need a cluster. */
import { Client, WorkflowNotFoundError } from '@temporalio/client';
import type { NativeConnection } from '@temporalio/worker';
import { searchAttributes } from '../workflows/messages.ts';

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

/**
 * Lists the rollouts that are open on a cluster.
 * @param connection where Temporal is
 * @param namespace Temporal's namespace
 */
export function openRolloutsOn(connection: NativeConnection, namespace: string) {
  const client = new Client({ connection, namespace });
  return async (clusterNames: readonly string[]): Promise<string[]> => {
    const names = clusterNames.map((name) => `'${name}'`).join(', ');
    const types = "WorkflowType IN ('rollout', 'canary')";
    const query = `${types} AND ${searchAttributes.cluster.name} IN (${names}) AND ExecutionStatus = 'Running'`;
    const ids: string[] = [];
    for await (const { workflowId } of client.workflow.list({ query })) ids.push(workflowId);
    return ids;
  };
}
