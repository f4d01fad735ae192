import { once } from 'node:events';
import { createWriteStream, type WriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { Option, type Command } from 'commander';
import { parseDuration } from '../../domain/duration.ts';
import { findIngressUrl } from './ingress.ts';
import { startLoad, type LoadRun } from './run.ts';
import type { LoadCounts } from './sample.ts';
import type { LoadSummary } from './summary.ts';

interface Options {
  readonly name: string;
  readonly rate: string;
  readonly duration: string;
  readonly url?: string;
  readonly record?: string;
  readonly output: string;
}

const progressInterval = 5_000;

/** Adds `load` to the lab's command line. */
export function register(program: Command): void {
  program
    .command('load')
    .summary('send requests to productpage at a fixed rate')
    .description(
      'send requests to productpage at a fixed rate, and count the answers by version and by error',
    )
    .option('--name <name>', 'the lab whose ingress gateway is called', 'default')
    .option('--rate <number>', 'requests a second', '50')
    .option('--duration <duration>', 'how long', '60s')
    .option('--url <url>', 'call this instead of the ingress gateway of the lab')
    .option('--record <file>', 'write each request to this file, one JSON document a line')
    .addOption(
      new Option('--output <format>', 'form of the summary').choices(['text', 'json']).default('text'),
    )
    .action(load);
}

async function load(options: Options): Promise<void> {
  const rate = Number(options.rate);
  const duration = parseDuration(options.duration);
  const url = options.url ?? (await findIngressUrl(options.name));
  const record = options.record === undefined ? undefined : await openRecord(options.record);

  const interrupted = new AbortController();
  const interrupt = () => interrupted.abort();
  process.once('SIGINT', interrupt).once('SIGTERM', interrupt);
  const run = startLoad({
    url,
    rate,
    onSample: (sample) => {
      record?.write(`${JSON.stringify({ ...sample, at: new Date(sample.at).toISOString() })}\n`);
    },
  });
  await watch(run, duration, interrupted.signal);
  const summary = await run.stop();
  if (record !== undefined) await finished(record.end());
  process.stdout.write(options.output === 'json' ? `${JSON.stringify(summary)}\n` : formatSummary(summary));
}

/** A file that cannot be written is said before the first request, not after the last. */
async function openRecord(file: string): Promise<WriteStream> {
  const stream = createWriteStream(file);
  await once(stream, 'open');
  return stream;
}

async function watch(run: LoadRun, duration: number, signal: AbortSignal): Promise<void> {
  const end = performance.now() + duration;
  while (performance.now() < end && !signal.aborted) {
    const from = Date.now();
    // Rounded up: a timer that fires a moment early would leave a rest too short for any request.
    const wait = Math.ceil(Math.min(progressInterval, end - performance.now())) + 1;
    // Interrupted, the load ends early and is summed up all the same.
    await sleep(wait, undefined, { signal }).catch(() => undefined);
    process.stderr.write(`${formatCounts(run.counts(from, Number.POSITIVE_INFINITY))}\n`);
  }
}

function formatCounts({ requests, failed, byVersion, errors }: LoadCounts): string {
  const share = (count: number) => `${((100 * count) / requests).toFixed(1)} %`;
  const parts = Object.entries({ ...byVersion, ...errors }).sort();
  const list = parts.map(([name, count]) => `${name}: ${count} (${share(count)})`).join(', ');
  return `${requests} requests, ${failed} failed${list === '' ? '' : `; ${list}`}`;
}

function formatSummary(summary: LoadSummary): string {
  const { url, achievedRate, latency } = summary;
  return [
    `${url}: ${formatCounts(summary)}`,
    `${achievedRate} requests/s, latency p50 ${latency.p50 ?? '-'} ms, p99 ${latency.p99 ?? '-'} ms`,
    '',
  ].join('\n');
}
