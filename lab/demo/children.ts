/** The processes of the product that the demo starts: it uses Sluice as its users do, from outside. */
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { execa } from 'execa';

const root = new URL('../../', import.meta.url).pathname;

/** Where Temporal is, in the environment variables that every Temporal client reads. */
export type TemporalEnvironment = Readonly<Record<string, string>>;

/** A worker that polls. */
export interface WorkerProcess {
  /**
   * Ends it; `SIGTERM`, which is the default, lets it drain.
   * @returns its exit code; null when the signal ended it
   */
  stop(signal?: NodeJS.Signals): Promise<number | null>;
}

/**
 * Starts a worker, its log in a file, and waits until it polls.
 * @throws when it ends before that, with the log's place
 */
export async function startWorker(env: TemporalEnvironment, logFile: string): Promise<WorkerProcess> {
  await mkdir(dirname(logFile), { recursive: true, mode: 0o700 });
  const child = execa(process.execPath, [`${root}worker/main.ts`], {
    env,
    stdin: 'ignore',
    stdout: 'ignore',
    stderr: ['pipe', { file: logFile }],
    reject: false,
    forceKillAfterDelay: 20_000,
  });
  await readyLine(child.stderr, logFile);
  return {
    async stop(signal = 'SIGTERM') {
      child.kill(signal);
      return (await child).exitCode ?? null;
    },
  };
}

/** Reads on after the line, or the worker would block on a full pipe. */
async function readyLine(stderr: Readable, logFile: string): Promise<void> {
  const lines = createInterface({ input: stderr });
  await new Promise<void>((resolve, reject) => {
    lines.on('line', (line) => {
      if (line.startsWith('worker ready')) resolve();
    });
    lines.once('close', () => reject(new Error(`the worker ended before it was ready: see ${logFile}`)));
  });
}

/** How a rollout went: the command line's exit code and its JSON document, null if it printed none. */
export interface RolloutExit {
  readonly exitCode: number;
  readonly document: unknown;
}

/** Runs `start-rollout`, its progress going to our standard error. */
export async function runRollout(
  spec: string,
  env: TemporalEnvironment,
  signal: AbortSignal,
): Promise<RolloutExit> {
  const child = await execa(process.execPath, [`${root}client/main.ts`, 'start', spec, '--output', 'json'], {
    env,
    stdin: 'ignore',
    stderr: 'inherit',
    reject: false,
    cancelSignal: signal,
  });
  return { exitCode: child.exitCode ?? 1, document: child.stdout === '' ? null : JSON.parse(child.stdout) };
}
