/** Options that every command takes, named as in the `temporal` CLI. */
import { type Command, Option } from 'commander';
import type { ServerOptions } from './connection/settings.ts';
import { defaultTaskQueue } from '../domain/defaults.ts';

export interface GlobalOptions extends ServerOptions {
  readonly taskQueue: string;
  readonly output: 'text' | 'json';
}

/** Adds the options to a program; they are taken before and after the command's name. */
export function addGlobalOptions(program: Command, env: NodeJS.ProcessEnv): Command {
  return program
    .option(
      '--address <host:port>',
      'Temporal server (default: TEMPORAL_ADDRESS, config file, 127.0.0.1:7233)',
    )
    .option('--namespace <name>', 'Temporal namespace (default: TEMPORAL_NAMESPACE, config file, default)')
    .option('--task-queue <name>', 'task queue of the workers', env.SLUICE_TASK_QUEUE ?? defaultTaskQueue)
    .option('--tls', 'connect by TLS')
    .option('--no-tls', 'connect without TLS')
    .option('--api-key <key>', 'API key of the server; TEMPORAL_API_KEY keeps it out of the process list')
    .option('--profile <name>', "profile of Temporal's config file")
    .option('--config-file <path>', "Temporal's config file")
    .addOption(
      new Option('-o, --output <format>', 'form of the answer on stdout')
        .choices(['text', 'json'])
        .default('text'),
    );
}

/** Options that a command shares with all others. */
export function optionsOf(command: Command): GlobalOptions {
  return command.optsWithGlobals<GlobalOptions>();
}
