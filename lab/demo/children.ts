/** The processes of the product that the demo starts: it uses Sluice as its users do, from outside. */
import { createInterface } from 'node:readline';
import { execa } from 'execa';
import type { ResultPromise } from 'execa';

const root = new URL('../../', import.meta.url).pathname;

/** Where Temporal is, in the environment variables that every Temporal client reads. */
export type TemporalEnvironment = Readonly<Record<string, string>>;

/** A worker that polls; `stop` lets it drain. */
export interface WorkerProcess {
  stop(): Promise<void>;
}

/**
 * Starts a worker and waits until it polls.
 * @throws when it ends before that, with what it printed.
 */
export async function startWorker(env: TemporalEnvironment): Promise<WorkerProcess> {
  const child = execa(process.execPath, [`${root}worker/main.ts`], {
    env,
    stdin: 'ignore',
    stdout: 'ignore',
    reject: false,
    forceKillAfterDelay: 20_000,
  });
  await printedReady(child);
  return {
    async stop() {
      child.kill('SIGTERM');
      await child;
    },
  };
}

async function printedReady(child: ResultPromise): Promise<void> {
  if (child.stderr === null) throw new Error('the worker has no standard error to read');
  const seen: string[] = [];
  for await (const line of createInterface({ input: child.stderr })) {
    if (line.startsWith('worker ready')) return;
    seen.push(line);
  }
  throw new Error(`the worker ended before it was ready:\n${seen.slice(-20).join('\n')}`);
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
