import { Command } from 'commander';
import type { RolloutStatus } from '../../domain/rollout.ts';
import { formatWeights } from '../../domain/weights.ts';
import type { Context } from '../context.ts';
import { optionsOf } from '../options.ts';
import { formatStatus } from '../render/status.ts';
import { answer } from './answer.ts';
import { askStatus } from './ask-status.ts';
import { findRollout } from './find-rollout.ts';
import { withSession } from './with-session.ts';

/** Ends of a run that let it undo nothing. */
const cutOff = ['TERMINATED', 'TIMED_OUT'];

/** `sluice status <id>` */
export function statusCommand(context: Context): Command {
  return new Command('status')
    .description('show where a rollout is')
    .argument('<id>', 'workflow id of the rollout')
    .action(async (id: string, _options, command: Command) => {
      const options = optionsOf(command);
      await withSession(context, options, async (session) => {
        const execution = await findRollout(session, id);
        const status = await askStatus(session, execution);
        if (cutOff.includes(execution.state)) warnOfWeights(context, execution.state, status);
        const { retry } = execution;
        answer(context, options, { ...status, ...(retry && { retry }) }, formatStatus(status, retry));
      });
    });
}

/** A run that was cut off has not put its traffic back, and watches it no more. */
function warnOfWeights(context: Context, state: string, { workflowId, weights }: RolloutStatus): void {
  if (Object.keys(weights).length === 0) return;
  context.note(
    `${workflowId} was cut off (${state}): its last weights (${formatWeights(weights)}) stay, and nobody watches them; ` +
      'start its spec again and abort that run, which puts traffic back on the stable versions',
  );
}
