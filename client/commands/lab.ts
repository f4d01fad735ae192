import { Command } from 'commander';
import type { Context } from '../context.ts';

/** `sluice lab …`: a program of its own, which reads its own options. */
export function labCommand(context: Context, argv: readonly string[]): Command {
  return new Command('lab')
    .description('the embedded lab: up, down, status, load, fault')
    .argument('[arguments...]', 'see `sluice lab --help`')
    .helpOption(false)
    .allowUnknownOption()
    .action(async () => {
      const args = argv.slice(argv.indexOf('lab') + 1);
      context.exit(await context.runProgram('lab/main.ts', args, context.env));
    });
}
