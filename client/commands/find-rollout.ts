import type { Execution, Session } from '../connection/session.ts';
import { refuse } from '../errors.ts';

/** Workflow types that are rollouts. */
export const rolloutTypes = ['rollout', 'canary'] as const;

/**
 * Finds the latest run of a rollout.
 * @throws ClientError if there is none, or the id is that of something else
 */
export async function findRollout(session: Session, workflowId: string): Promise<Execution> {
  const execution = await session.find(workflowId);
  if (execution === null) {
    throw refuse(
      `no rollout ${JSON.stringify(workflowId)} in namespace ${session.namespace}: \`npx sluice list\` shows those there are`,
    );
  }
  if (!(rolloutTypes as readonly string[]).includes(execution.type)) {
    throw refuse(
      `${workflowId} is a workflow ${execution.type}, not a rollout: \`npx sluice list\` shows the rollouts`,
    );
  }
  return execution;
}
