import { Command, InvalidArgumentError, Option } from 'commander';

/** What both benchmarks of the sequential gates can be told. */
export interface Options {
  /** Stages of each row. */
  readonly runs: number;
  readonly seed: string;
  readonly output: 'text' | 'json';
}

/** Reads the command line; ends the process with a message if it is wrong. */
export function readOptions(runs: number): Options {
  return new Command()
    .option('--runs <number>', 'stages of each row', parseRuns, runs)
    .option('--seed <text>', 'other stages, and the same ones for the same text', 'sluice')
    .addOption(new Option('--output <format>', 'form of the table').choices(['text', 'json']).default('text'))
    .parse()
    .opts<Options>();
}

function parseRuns(text: string): number {
  const runs = Number(text);
  if (Number.isSafeInteger(runs) && runs > 0) return runs;
  throw new InvalidArgumentError('give a whole number from 1');
}

/** As in `0.5 %`. */
export function percent(share: number): string {
  return `${Number((share * 100).toPrecision(3))} %`;
}
