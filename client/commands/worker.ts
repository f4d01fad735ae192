import { Command } from 'commander';
import type { Context } from '../context.ts';
import { type GlobalOptions, optionsOf } from '../options.ts';

/** `sluice worker` */
export function workerCommand(context: Context): Command {
  return new Command('worker')
    .description('run a worker until it is told to stop')
    .action(async (_options, command: Command) => {
      const env = { ...context.env, ...workerEnvironment(optionsOf(command)) };
      context.exit(await context.runProgram('worker/main.ts', [], env));
    });
}

/** The worker reads what every Temporal program reads; options become its environment. */
function workerEnvironment(options: GlobalOptions): NodeJS.ProcessEnv {
  const variables = {
    TEMPORAL_ADDRESS: options.address,
    TEMPORAL_NAMESPACE: options.namespace,
    TEMPORAL_API_KEY: options.apiKey,
    TEMPORAL_PROFILE: options.profile,
    TEMPORAL_CONFIG_FILE: options.configFile,
    TEMPORAL_TLS: options.tls === undefined ? undefined : String(options.tls),
    SLUICE_TASK_QUEUE: options.taskQueue,
  };
  return Object.fromEntries(Object.entries(variables).filter(([, value]) => value !== undefined));
}
