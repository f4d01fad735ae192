import { Context } from '@temporalio/activity';
import { decodeArrayFromPayloads } from '@temporalio/common/lib/internal-non-workflow/index.js';
import { type LiveEvidence, readLiveEvidence } from '../../domain/live-evidence.ts';

/**
 * Reads the latest heartbeats of this run's watches, which Temporal keeps for as long as they have not ended: a run that
 * is over need not wait until a cancelled watch hears of it.
 * @returns an entry a watch; heartbeats are sent every 4 s at most, and what a watch saw since is not in it
 * @throws ServiceError when Temporal does not answer
 */
export async function lastEvidence(): Promise<LiveEvidence[]> {
  const { client, info } = Context.current();
  const { workflowId, runId } = info.workflowExecution ?? {};
  if (workflowId === undefined) return [];
  const { raw } = await client.workflow.getHandle(workflowId, runId).describe();
  const converter = client.options.loadedDataConverter;
  const beats = (raw.pendingActivities ?? []).map(async ({ heartbeatDetails }) => {
    const [details] = await decodeArrayFromPayloads(converter, heartbeatDetails?.payloads);
    return readLiveEvidence(details);
  });
  return (await Promise.all(beats)).filter((evidence) => evidence !== null);
}
