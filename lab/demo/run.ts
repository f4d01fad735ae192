/** The demo, straight down: Temporal, worker, rollout under load, what its callers saw, and everything ended. */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RolloutResult } from '../../domain/rollout.ts';
import { down } from '../down.ts';
import { changeFaults } from '../faults/file.ts';
import type { FaultChange } from '../faults/parse.ts';
import type { LoadRun } from '../load/run.ts';
import { labPaths } from '../paths.ts';
import { runRollout, startWorker } from './children.ts';
import { loadWhenServed } from './load.ts';
import { type DemoReport, formatReport } from './report.ts';
import { sharesByStage } from './shares.ts';
import { specForLab } from './spec-file.ts';
import { temporalForDemo } from './temporal.ts';

export interface DemoOptions {
  readonly spec: string;
  readonly name: string;
  /** Requests a second. */
  readonly rate: number;
  readonly faults: readonly FaultChange[];
  readonly keep: boolean;
  readonly output: 'text' | 'json';
}

/** Milliseconds of load after the rollout, to see where it left the traffic. */
const aftermath = 3_000;

/** Runs the demo and answers the exit code of its rollout; ends everything it started, unless told to keep it. */
export async function runDemo(options: DemoOptions, signal: AbortSignal): Promise<number> {
  try {
    return await releaseUnderLoad(options, signal);
  } finally {
    if (options.keep) sayKept(options.name);
    else await down({ name: options.name, onProgress: say });
  }
}

async function releaseUnderLoad(options: DemoOptions, signal: AbortSignal): Promise<number> {
  const { name, rate } = options;
  const temporal = await temporalForDemo(name, say);
  say(`Temporal Web UI: ${temporal.ui}`);
  await changeFaults(labPaths(name).faults, options.faults);
  const worker = await startWorker(temporal.env, join(labPaths(name).logs, 'worker.log'));
  const loading = new AbortController();
  const load = loadWhenServed(name, rate, loading.signal);
  try {
    const { exitCode, document } = await runRollout(
      await specForLab(options.spec, name),
      temporal.env,
      signal,
    );
    const endedAt = Date.now();
    if (isResult(document)) await sleep(aftermath, undefined, { signal });
    loading.abort();
    await tell(options, document, await load, endedAt);
    return exitCode;
  } finally {
    loading.abort();
    await (await load)?.stop();
    await worker.stop();
  }
}

async function tell(
  { output }: DemoOptions,
  document: unknown,
  load: LoadRun | null,
  endedAt: number,
): Promise<void> {
  await load?.stop();
  const report = isResult(document) && load !== null ? reportOf(document, load, endedAt) : null;
  if (output === 'json') process.stdout.write(`${JSON.stringify(report ?? document)}\n`);
  else if (report !== null) process.stdout.write(`${formatReport(report)}\n`);
}

function reportOf(result: RolloutResult, load: LoadRun, endedAt: number): DemoReport {
  const startedAt = result.stages[0]?.startedAt ?? null;
  return {
    result,
    shares: sharesByStage(result, load),
    failed: startedAt === null ? 0 : load.counts(Date.parse(startedAt), endedAt).failed,
    after: load.counts(endedAt, Infinity),
  };
}

function isResult(document: unknown): document is RolloutResult {
  return typeof document === 'object' && document !== null && 'outcome' in document;
}

function sayKept(name: string): void {
  say(
    `lab '${name}' stays up; look with 'npx sluice lab status --name ${name}', end it with 'npx sluice lab down --name ${name}'`,
  );
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}
