/** `npm run demo`: the whole release on the embedded lab, under load, with nothing left behind. */
import { InvalidArgumentError, program } from 'commander';
import { parseFault } from '../faults/parse.ts';
import type { FaultChange } from '../faults/parse.ts';
import { runDemo } from './run.ts';
import { messageOf } from '../../domain/message-of.ts';

interface Flags {
  readonly spec: string;
  readonly name: string;
  readonly rate: number;
  readonly fault: readonly FaultChange[];
  readonly keep: boolean;
  readonly output: 'text' | 'json';
}

function positive(text: string): number {
  const value = Number(text);
  if (!(value > 0)) throw new InvalidArgumentError(`${text} is not a rate; give requests a second, as in 50`);
  return value;
}

function outputFormat(text: string): string {
  if (text !== 'text' && text !== 'json') throw new InvalidArgumentError(`${text} is not text or json`);
  return text;
}

function withFault(text: string, before: readonly FaultChange[]): readonly FaultChange[] {
  try {
    return [...before, parseFault(text)];
  } catch (error) {
    throw new InvalidArgumentError(messageOf(error));
  }
}

program
  .name('demo')
  .description('release Bookinfo through four stages on the embedded lab, under load')
  .option('--spec <file>', 'the rollout to run', 'examples/bookinfo-lab.yaml')
  .option('--name <lab>', 'the lab to run on', 'default')
  .option('--rate <requests/s>', 'load on the ingress gateway', positive, 50)
  .option('--fault <workload=fault>', 'break a workload, as in reviews-v3=error:0.5', withFault, [])
  .option('--keep', 'leave everything up at the end', false)
  .option('--output <format>', 'text or json', outputFormat, 'text')
  .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2));

program.parse();
const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stop.abort());
const { fault: faults, ...options } = program.opts<Flags>();
process.exitCode = await runDemo({ ...options, faults }, stop.signal);
