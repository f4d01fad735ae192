/** `npm run chaos`: whole rollouts on a lab, while parts of it are killed, stopped and cut off. */
import { randomBytes } from 'node:crypto';
import { join, resolve } from 'node:path';
import { InvalidArgumentError, Option, program } from 'commander';
import { messageOf } from '../../domain/message-of.ts';
import { stateDirectory } from '../../lab/paths.ts';
import { chaos, type KeptReport } from './chaos.ts';
import { type Victim, victims } from './plan/plan.ts';
import { formatReports, formatSummary, summarize } from './render.ts';

interface Flags {
  readonly runs: number;
  readonly first: number;
  readonly seed: string;
  readonly only: readonly Victim[];
  readonly minutes: number;
  readonly lab: string;
  readonly keep: string;
  readonly output: 'text' | 'json';
}

const seedForm = /^[\w.-]{1,40}$/;

program
  .name('chaos')
  .description('whole rollouts on a lab that this starts and ends, while parts of it are killed at random')
  .option('--runs <number>', 'rollouts', upTo(10_000), 10)
  .option(
    '--seed <seed>',
    'what the plans are drawn from (default: another one each time)',
    seed,
    randomSeed(),
  )
  .option('--first <number>', 'number of the first run, to have one again', upTo(1_000_000), 1)
  .option('--only <victims>', `who is hit, such as worker,etcd: of ${victims.join(', ')}`, names, victims)
  .option('--minutes <number>', 'after which no further run begins', upTo(10_000), 240)
  .option('--lab <name>', 'name of the lab', 'chaos')
  .option(
    '--keep <directory>',
    'where a run that ended wrong leaves logs and history',
    join(stateDirectory(), 'chaos'),
  )
  .addOption(new Option('--output <format>', 'form of the report').choices(['text', 'json']).default('text'))
  .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2));

program.parse();
process.exitCode = await main(program.opts<Flags>());

async function main({ output, minutes, lab, keep, ...flags }: Flags): Promise<number> {
  const stop = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, () => stop.abort());
  say(`seed ${flags.seed}`);
  const reports: KeptReport[] = [];
  const onReport = (report: KeptReport) => {
    reports.push(report);
    tell(report);
  };
  const options = { ...flags, name: lab, keep: resolve(keep), limit: minutes * 60_000 };
  const trouble = await chaos({ ...options, say, onReport, signal: stop.signal }).then(
    () => null,
    (error: unknown) => messageOf(error),
  );
  process.stdout.write(output === 'json' ? `${toJson(flags.seed, reports)}\n` : toText(flags.seed, reports));
  if (trouble !== null) say(`error: ${trouble}`);
  const isRight = trouble === null && reports.length > 0 && reports.every(({ wrong }) => wrong.length === 0);
  return isRight && !stop.signal.aborted ? 0 : 1;
}

function tell({ plan, outcome, seconds, wrong, evidence }: KeptReport): void {
  say(`run ${plan.run}: ${outcome} after ${seconds} s${wrong.length === 0 ? '' : ', WRONG'}`);
  for (const one of wrong) say(`  ${one}`);
  if (evidence !== null) say(`  logs and history: ${evidence}`);
}

function toText(seed: string, reports: readonly KeptReport[]): string {
  return `${formatReports(reports)}\n\n${formatSummary(seed, reports)}\n`;
}

function toJson(seed: string, reports: readonly KeptReport[]): string {
  return JSON.stringify({ seed, runs: reports, summary: summarize(reports) }, null, 2);
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

function upTo(most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (Number.isInteger(value) && value >= 1 && value <= most) return value;
    throw new InvalidArgumentError(`a whole number from 1 to ${most} is allowed`);
  };
}

function seed(text: string): string {
  if (seedForm.test(text)) return text;
  throw new InvalidArgumentError('1 to 40 letters, digits, dots, hyphens and underscores are allowed');
}

function randomSeed(): string {
  return randomBytes(4).toString('hex');
}

function names(text: string): readonly Victim[] {
  const given = text.split(',');
  const unknown = given.find((name) => !victims.some((victim) => victim === name));
  if (unknown === undefined) return victims.filter((victim) => given.includes(victim));
  throw new InvalidArgumentError(`'${unknown}' is none of ${victims.join(', ')}`);
}
