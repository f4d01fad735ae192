import { Command } from 'commander';
import type { Context } from '../context.ts';
import { optionsOf } from '../options.ts';
import { findRollout } from './find-rollout.ts';
import { followRollout } from './follow-rollout.ts';
import { withSession } from './with-session.ts';

/** `sluice watch <id>` */
export function watchCommand(context: Context): Command {
  return new Command('watch')
    .description('follow a rollout to its end; exit code as for start')
    .argument('<id>', 'workflow id of the rollout')
    .action(async (id: string, _options, command: Command) => {
      const options = optionsOf(command);
      await withSession(context, options, async (session) => {
        await followRollout(context, session, await findRollout(session, id), options);
      });
    });
}
