import { Command } from 'commander';
import type { Context } from '../context.ts';
import { optionsOf } from '../options.ts';
import { answer } from './answer.ts';
import { readSpec } from './read-spec.ts';

/** `sluice validate <spec>` */
export function validateCommand(context: Context): Command {
  return new Command('validate')
    .description('check a spec without starting anything')
    .argument('<spec>', 'YAML file with a Rollout or a Canary')
    .action(async (file: string, _options, command: Command) => {
      const { document } = await readSpec(context, file);
      const { kind, name, spec } = document;
      const text = `${file} is a valid ${kind}: ${name}, services: ${spec.services.length}, stages: ${spec.stages.length}`;
      answer(context, optionsOf(command), { valid: true, document }, text);
    });
}
