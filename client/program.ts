import { Command } from 'commander';
import { codecServerCommand } from './commands/codec-server.ts';
import { labCommand } from './commands/lab.ts';
import { listCommand } from './commands/list.ts';
import { openCommand } from './commands/open.ts';
import { planCommand } from './commands/plan.ts';
import { restoreCommand } from './commands/restore.ts';
import { startCommand } from './commands/start.ts';
import { statusCommand } from './commands/status.ts';
import { steerCommand } from './commands/steer.ts';
import { teardownCommand } from './commands/teardown.ts';
import { validateCommand } from './commands/validate.ts';
import { watchCommand } from './commands/watch.ts';
import { workerCommand } from './commands/worker.ts';
import type { Context } from './context.ts';
import { addGlobalOptions } from './options.ts';

/** The whole command line. */
export function createProgram(context: Context, argv: readonly string[]): Command {
  const program = new Command('sluice').description('durable progressive delivery for Istio on Temporal');
  addGlobalOptions(program, context.env);
  const commands = [
    startCommand(context),
    watchCommand(context),
    statusCommand(context),
    listCommand(context),
    validateCommand(context),
    planCommand(context),
    steerCommand(context, 'pause', 'keep a rollout where it is, past its hold, until resume'),
    steerCommand(context, 'resume', 'let a paused rollout go on'),
    steerCommand(context, 'approve', 'let a rollout begin the stage that waits for approval'),
    steerCommand(context, 'promote', 'skip the rest of a hold, whatever its gates say'),
    steerCommand(context, 'retry', 'run a failed stage again'),
    steerCommand(context, 'abort', 'end a rollout and put all traffic back on the stable versions'),
    restoreCommand(context),
    openCommand(context),
    teardownCommand(context),
    workerCommand(context),
    codecServerCommand(context),
    labCommand(context, argv),
  ];
  for (const command of commands) program.addCommand(prepare(command, context));
  return prepare(program, context);
}

/** Mistakes in the command line are thrown, so that they are told like all others. */
function prepare(command: Command, { print }: Context): Command {
  return command
    .exitOverride()
    .configureHelp({ showGlobalOptions: true })
    .showHelpAfterError(false)
    .configureOutput({
      writeOut: (text) => print(text.trimEnd()),
      writeErr: () => undefined,
      outputError: () => undefined,
    });
}
