import type { RolloutStatus } from '../../domain/rollout.ts';
import { grpcDetails } from '../connection/grpc-errors.ts';
import { describeNoAnswer, isUnheard } from '../connection/no-answer.ts';
import type { Execution, Session } from '../connection/session.ts';
import { refuse } from '../errors.ts';

/**
 * Asks a rollout where it is.
 * @throws ClientError if no worker answers for it, or if it cannot be asked for another reason
 */
export async function askStatus(session: Session, execution: Execution): Promise<RolloutStatus> {
  return await askRun(execution, () => session.status(execution));
}

/**
 * Asks a rollout something, and says what to do where it does not answer.
 * @throws ClientError if no worker answers for it, or if it cannot be asked for another reason
 */
export async function askRun<Answer>(execution: Execution, ask: () => Promise<Answer>): Promise<Answer> {
  try {
    return await ask();
  } catch (error) {
    if (!isUnheard(error)) throw refuse(describeNoAnswer(error, execution));
    const { workflowId, state, taskQueue } = execution;
    const remedy = `is a worker running on task queue ${taskQueue}? \`npx sluice worker\` starts one`;
    throw refuse(`${workflowId} (${state}) does not answer: ${grpcDetails(error)}; ${remedy}`);
  }
}
