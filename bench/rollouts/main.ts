/** `npm run bench:rollouts`: how rollouts fare on a real lab, under load and faults. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { InvalidArgumentError, Option, program } from 'commander';
import { parseDuration } from '../../domain/duration.ts';
import { messageOf } from '../../domain/message-of.ts';
import { bench, type BenchOptions } from './bench.ts';
import { formatReport } from './report.ts';
import { scenarios } from './scenarios/index.ts';
import { summarize } from './summary.ts';
import { surround } from './surround.ts';

interface Flags {
  readonly scenario: readonly string[];
  readonly runs?: number;
  readonly hold?: number;
  readonly rate?: number;
  readonly lab: string;
  readonly state?: string;
  readonly keep: boolean;
  readonly output: 'text' | 'json';
}

const names = scenarios.map(({ name }) => name);

program
  .name('bench/rollouts')
  .description('measure rollouts on a lab that this starts and ends, under load and faults')
  .addOption(
    new Option('--scenario <names...>', 'what to measure').choices(names).default(names, 'all of them'),
  )
  .option('--runs <number>', "trials of each variant (default: the scenario's own)", wholeNumber)
  .option('--hold <duration>', "how long a stage holds (default: the scenario's own)", duration)
  .option('--rate <number>', "requests a second (default: the scenario's own)", wholeNumber)
  .option('--lab <name>', 'name of the lab', 'bench')
  .option('--state <directory>', 'where the lab keeps its data (default: a temporary directory)')
  .option('--keep', 'leave the lab up; its data is then in --state', false)
  .addOption(new Option('--output <format>', 'form of the report').choices(['text', 'json']).default('text'))
  .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2));

program.parse();
process.exitCode = await main(program.opts<Flags>());

async function main({ scenario, lab, state, output, ...flags }: Flags): Promise<number> {
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stop.abort());
  const directory = state === undefined ? await mkdtemp(join(tmpdir(), 'sluice-bench-')) : resolve(state);
  surround(directory);
  const chosen = scenarios.filter(({ name }) => scenario.includes(name));
  const options: BenchOptions = { ...flags, scenarios: chosen, name: lab, signal: stop.signal };
  const { rows, trouble } = await bench(options);
  if (state === undefined && !flags.keep) await rm(directory, { recursive: true, force: true });
  const summary = summarize(rows);
  const report =
    output === 'json' ? JSON.stringify({ trials: rows, summary }, null, 2) : formatReport(rows, summary);
  process.stdout.write(`${report}\n`);
  if (trouble !== null) process.stderr.write(`error: ${messageOf(trouble)}\n`);
  return trouble === null ? 0 : 1;
}

function wholeNumber(text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value > 0) return value;
  throw new InvalidArgumentError('a whole number from 1 is allowed');
}

function duration(text: string): number {
  try {
    return parseDuration(text);
  } catch (error) {
    throw new InvalidArgumentError(messageOf(error));
  }
}
