import { access } from 'node:fs/promises';
import { Option, type Command } from 'commander';
import { formatDuration } from '../../domain/duration.ts';
import { labPaths } from '../paths.ts';
import type { Fault, Faults } from './fault.ts';
import { changeFaults, listFaults } from './file.ts';
import { parseFault } from './parse.ts';

interface Options {
  readonly name: string;
  readonly list?: true;
  readonly output: string;
}

/** Adds `fault` to the lab's command line. */
export function register(program: Command): void {
  program
    .command('fault')
    .summary('make a workload of the lab fail on purpose')
    .description('make a workload of the lab fail, answer late or crash, or heal it; takes effect at once')
    .argument('[fault...]', 'reviews-v3=error:0.5,latency:800ms,crash or reviews-v3=none')
    .option('--name <name>', 'the lab', 'default')
    .option('--list', 'show the faults that are on')
    .addOption(new Option('--output <format>', 'form of the list').choices(['text', 'json']).default('text'))
    .action(fault);
}

async function fault(given: readonly string[], options: Options): Promise<void> {
  if (given.length === 0 && options.list === undefined) {
    throw new Error(
      'no fault given: give <workload>=error:0.5,latency:800ms,crash or <workload>=none, or --list',
    );
  }
  const changes = given.map(parseFault);
  const paths = labPaths(options.name);
  await access(paths.root).catch(() => {
    throw new Error(`no lab '${options.name}' is up: start it with 'sluice lab up --name ${options.name}'`);
  });
  const faults = await (changes.length > 0 ? changeFaults(paths.faults, changes) : listFaults(paths.faults));
  process.stdout.write(options.output === 'json' ? `${JSON.stringify(faults)}\n` : formatFaults(faults));
}

function formatFaults(faults: Faults): string {
  const lines = Object.entries(faults).map(([workload, fault]) => `${workload}: ${describeFault(fault)}\n`);
  return lines.length > 0 ? lines.join('') : 'no faults are on\n';
}

function describeFault({ error, latencyMs, crash, strict }: Fault): string {
  return [
    ...(error === undefined ? [] : [`${error * 100} % errors`]),
    ...(latencyMs === undefined ? [] : [`${formatDuration(latencyMs)} added latency`]),
    ...(crash === true ? ['crashes'] : []),
    ...(strict === true ? ['fails when ratings does'] : []),
  ].join(', ');
}
