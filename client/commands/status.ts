import { Command } from 'commander';
import type { Context } from '../context.ts';
import { optionsOf } from '../options.ts';
import { formatStatus } from '../render/status.ts';
import { answer } from './answer.ts';
import { askStatus } from './ask-status.ts';
import { findRollout } from './find-rollout.ts';
import { withSession } from './with-session.ts';

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
        const { retry } = execution;
        answer(context, options, { ...status, ...(retry && { retry }) }, formatStatus(status, retry));
      });
    });
}
