import type { Client } from '@temporalio/client';
import { readHistory, type RunHistory } from './history.ts';

/** What Temporal wrote down of a run. */
export async function fetchHistory(client: Client, workflowId: string, runId: string): Promise<RunHistory> {
  return readHistory(await client.workflow.getHandle(workflowId, runId).fetchHistory());
}
