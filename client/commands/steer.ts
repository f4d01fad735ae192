import { Command } from 'commander';
import type { Action, Decision } from '../../domain/rollout.ts';
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
  const heard = await tell(session, execution, action, decision);
  const { runId, taskQueue } = execution;
  const text = heard
    ? `${id} has heard ${action}; \`npx sluice status ${id}\` shows where it is`
    : `${action} waits for a worker: none answers on task queue ${taskQueue}, \`npx sluice worker\` starts one`;
  answer(context, options, { workflowId: id, runId, action, ...decision, heard }, text);
}

/**
 * Takes the decision to the run; where no worker answers for it, leaves it there.
 * @returns whether the run has heard it
 * @throws ClientError with the reason, if the run refuses it
 */
async function tell(
  session: Session,
  execution: Execution,
  action: Action,
  decision: Steering,
): Promise<boolean> {
  if (!(await answers(session, execution))) {
    await session.signal(execution, action, decision);
    return false;
  }
  const refusal = await session.update(execution, action, decision);
  if (refusal !== null) throw refuse(`${execution.workflowId} refuses ${action}: ${refusal}`);
  return true;
}

/** A worker that died is listed as polling for minutes, so the run itself is asked: an update would hang. */
async function answers(session: Session, execution: Execution): Promise<boolean> {
  if ((await session.pollers(execution.taskQueue)) === 0) return false;
  return await session.status(execution).then(
    () => true,
    () => false,
  );
}

function over(id: string, closedAt: string | null) {
  return refuse(`${id} is over${closedAt ? ` since ${closedAt}` : ''}: nothing is left to steer`);
}
