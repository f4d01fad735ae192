import type { RolloutStatus } from '../../domain/rollout.ts';
import { grpcDetails } from '../connection/grpc-errors.ts';
import type { Execution, Session } from '../connection/session.ts';
import { refuse } from '../errors.ts';

/**
 * Asks a rollout where it is.
 * @throws ClientError if no worker answers for it
 */
export async function askStatus(session: Session, execution: Execution): Promise<RolloutStatus> {
  try {
    return await session.status(execution);
  } catch (error) {
    const { workflowId, state, taskQueue } = execution;
    const remedy = `is a worker running on task queue ${taskQueue}? \`npx sluice worker\` starts one`;
    throw refuse(`${workflowId} (${state}) does not answer: ${grpcDetails(error)}; ${remedy}`);
  }
}
