import { Command } from 'commander';
import type { Action, Decision } from '../../domain/rollout.ts';
import { describeNoAnswer, isUnheard } from '../connection/no-answer.ts';
import type { Execution, Session, Steering } from '../connection/session.ts';
import type { Context } from '../context.ts';
import { refuse } from '../errors.ts';
import { type GlobalOptions, optionsOf } from '../options.ts';
import { answer } from './answer.ts';
import { findRollout } from './find-rollout.ts';
import { withSession } from './with-session.ts';

interface SteerOptions extends Decision {
  /** Of `promote` alone. */
  readonly full?: boolean;
}

/** A command that takes a decision to a rollout: `sluice abort <id> --reason …`. */
export function steerCommand(context: Context, action: Action, description: string): Command {
  const command = new Command(action)
    .description(description)
    .argument('<id>', 'workflow id of the rollout')
    .requiredOption('--reason <text>', 'why, for the record')
    .option('--by <name>', 'who decides', context.user);
  if (action === 'promote')
    command.option('--full', 'skip the rest of the rollout, not just of the hold', false);
  return command.action(async (id: string, { by, reason, full }: SteerOptions, command: Command) => {
    const decision = { by, reason, ...(full === undefined ? {} : { full }) };
    const options = optionsOf(command);
    await withSession(context, options, async (session) => {
      await steer(context, session, { id, action, decision }, options);
    });
  });
}

interface Request {
  readonly id: string;
  readonly action: Action;
  readonly decision: Steering;
}

async function steer(
  context: Context,
  session: Session,
  { id, action, decision }: Request,
  options: GlobalOptions,
): Promise<void> {
  const execution = await findRollout(session, id);
  if (execution.state !== 'RUNNING') throw over(id, execution.closedAt);
  const unheard = await tell(session, execution, action, decision);
  const { runId } = execution;
  const text =
    unheard === null
      ? `${id} has heard ${action}; \`npx sluice status ${id}\` shows where it is`
      : `${action} ${unheard}`;
  answer(context, options, { workflowId: id, runId, action, ...decision, heard: unheard === null }, text);
}

/**
 * Takes the decision to the run; where no worker answers for it, leaves it there.
 * @returns why the run has not heard it; null if it has
 * @throws ClientError with the reason, if the run refuses it
 */
async function tell(
  session: Session,
  execution: Execution,
  action: Action,
  decision: Steering,
): Promise<string | null> {
  const unheard = await whyUnheard(session, execution);
  if (unheard !== null) {
    await session.signal(execution, action, decision);
    return unheard;
  }
  const refusal = await session.update(execution, action, decision);
  if (refusal !== null) throw refuse(`${execution.workflowId} refuses ${action}: ${refusal}`);
  return null;
}

/** A worker that died is listed as polling for minutes, so the run itself is asked: an update would hang. */
async function whyUnheard(session: Session, execution: Execution): Promise<string | null> {
  const { taskQueue } = execution;
  const noWorker = `waits for a worker: none answers on task queue ${taskQueue}, \`npx sluice worker\` starts one`;
  if ((await session.pollers(taskQueue)) === 0) return noWorker;
  return await session.status(execution).then(
    () => null,
    (error: unknown) =>
      isUnheard(error) ? noWorker : `is left for the run: ${describeNoAnswer(error, execution)}`,
  );
}

function over(id: string, closedAt: string | null) {
  return refuse(`${id} is over${closedAt ? ` since ${closedAt}` : ''}: nothing is left to steer`);
}
