import { Command } from 'commander';
import type { SteeringSignal } from '../connection/session.ts';
import type { Context } from '../context.ts';
import { refuse } from '../errors.ts';
import { optionsOf } from '../options.ts';
import { answer } from './answer.ts';
import { findRollout } from './find-rollout.ts';
import { withSession } from './with-session.ts';

interface SteerOptions {
  readonly reason: string;
  readonly by: string;
}

/** A command that sends a steering signal: `sluice abort <id> --reason …`. */
export function steerCommand(context: Context, signal: SteeringSignal, description: string): Command {
  return new Command(signal)
    .description(description)
    .argument('<id>', 'workflow id of the rollout')
    .requiredOption('--reason <text>', 'why, for the record')
    .option('--by <name>', 'who decides', context.user)
    .action(async (id: string, { by, reason }: SteerOptions, command: Command) => {
      const options = optionsOf(command);
      await withSession(context, options, async (session) => {
        const execution = await findRollout(session, id);
        if (execution.state !== 'RUNNING') throw over(id, execution.closedAt);
        await session.signal(execution, signal, { by, reason });
        const sent = { workflowId: id, runId: execution.runId, signal, by, reason };
        answer(
          context,
          options,
          sent,
          `sent ${signal} to ${id}; \`npx sluice status ${id}\` shows where it is`,
        );
      });
    });
}

function over(id: string, closedAt: string | null) {
  return refuse(`${id} is over${closedAt ? ` since ${closedAt}` : ''}: nothing is left to steer`);
}
