import { basename } from 'node:path';
import { execa } from 'execa';
import { endTree } from '../process/end-tree.ts';

interface RunOptions {
  env: Readonly<Record<string, string | undefined>>;
  cwd?: string;
  signal?: AbortSignal | undefined;
  /** Milliseconds until it is ended. */
  timeout?: number;
}

/** How many lines of a failed command's output a message quotes. */
const quotedLines = 6;

/**
 * Runs a command to its end and gives what it printed. An abort ends it with everything it started and rejects with
 * the signal's reason; any other failure is an error that quotes the end of its output.
 */
export async function run(command: string, args: readonly string[], options: RunOptions): Promise<string> {
  const { env, cwd, timeout } = options;
  const giveUp = timeout === undefined ? undefined : AbortSignal.timeout(timeout);
  const stop = AbortSignal.any([options.signal, giveUp].filter((signal) => signal !== undefined));
  stop.throwIfAborted();
  const child = execa(command, args, {
    env,
    extendEnv: false,
    stdin: 'ignore',
    all: true,
    reject: false,
    ...(cwd === undefined ? {} : { cwd }),
  });
  const ended = endWhenAborted(child.pid, stop);
  const result = await child;
  await ended.settle();
  stop.throwIfAborted();
  if (result.failed) throw new Error(describe(command, result));
  return result.all;
}

function endWhenAborted(pid: number | undefined, signal: AbortSignal): { settle: () => Promise<void> } {
  let ending: Promise<void> = Promise.resolve();
  const onAbort = () => {
    if (pid !== undefined) ending = endTree(pid);
  };
  signal.addEventListener('abort', onAbort, { once: true });
  return {
    settle: async () => {
      signal.removeEventListener('abort', onAbort);
      await ending;
    },
  };
}

interface Ending {
  exitCode?: number | undefined;
  all?: string | undefined;
  shortMessage?: string | undefined;
}

function describe(command: string, result: Ending): string {
  const output = (result.all ?? '').trim().split('\n').slice(-quotedLines).join('; ');
  if (result.exitCode === undefined) return result.shortMessage ?? `${command} could not be run`;
  return `${basename(command)} ended with code ${result.exitCode}: ${output || 'it printed nothing'}`;
}
