/** Which runs are open: whether one that holds a claim still needs it, and which ones need a cluster. */
import { Client, WorkflowNotFoundError } from '@temporalio/client';
import type { NativeConnection } from '@temporalio/worker';
import { searchAttributes } from '../workflows/messages.ts';
import { isInvalidArgument } from './grpc-error.ts';

/** Types of workflows that steer traffic, and make clusters. */
const rolloutTypes: readonly string[] = ['rollout', 'canary'];

/**
 * Asks Temporal whether a run is an open rollout. One that Temporal no longer knows, of another type, or by an id that can
 * be none, is not: a Lease may say anything.
 */
export function openRuns(connection: NativeConnection, namespace: string) {
  const client = new Client({ connection, namespace });
  return async (workflowId: string, runId: string): Promise<boolean> => {
    try {
      const { closeTime, type } = await client.workflow.getHandle(workflowId, runId).describe();
      return closeTime === undefined && rolloutTypes.includes(type);
    } catch (error) {
      if (error instanceof WorkflowNotFoundError || isInvalidArgument(error)) return false;
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
    const types = `WorkflowType IN (${rolloutTypes.map((type) => `'${type}'`).join(', ')})`;
    const query = `${types} AND ${searchAttributes.cluster.name} IN (${names}) AND ExecutionStatus = 'Running'`;
    const ids: string[] = [];
    for await (const { workflowId } of client.workflow.list({ query })) ids.push(workflowId);
    return ids;
  };
}
