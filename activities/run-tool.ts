import { stripVTControlCharacters } from 'node:util';
import { Context } from '@temporalio/activity';
import { execa } from 'execa';
import { childEnvironment, type ChildKind } from '../domain/child-environment.ts';
import { heartbeatWhile } from './heartbeat.ts';

/** How long a cancelled tool may take to end before it is killed; istioctl and the lab end within a second. */
const endGrace = 15_000;

export interface ToolRun {
  readonly command: string;
  readonly args: readonly string[];
  /** What runs, in words, for as long as it has not printed any itself. */
  readonly name: string;
  /** Which of the worker's variables it gets; by default what reaches a cluster. */
  readonly kind?: ChildKind;
}

/** Characters that a program may print on each stream; one that prints more is ended. */
const longestOutput = 16 * 1024 * 1024;

export interface ToolResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
  /** True when there is no such program, or it may not be run. */
  readonly missing: boolean;
}

/**
 * Runs a program without a shell, and without the worker's secrets in its environment, until its end. Heartbeats its last line and the seconds since its start; when the
 * activity is cancelled, ends the program by its id, waits for that and fails with the cancellation.
 */
export async function runTool({ command, args, name, kind = 'cluster' }: ToolRun): Promise<ToolResult> {
  const { cancellationSignal } = Context.current();
  cancellationSignal.throwIfAborted();
  const started = performance.now();
  const child = execa(command, args, {
    env: childEnvironment(process.env, kind),
    extendEnv: false,
    stdin: 'ignore',
    reject: false,
    maxBuffer: longestOutput,
    cancelSignal: cancellationSignal,
    forceKillAfterDelay: endGrace,
  });
  const lastLine = followLines(child);
  const seconds = () => Math.round((performance.now() - started) / 1000);
  const result = await heartbeatWhile(
    () => `${lastLine() || `${name} runs`} (${seconds()} s)`,
    async () => child,
  );
  cancellationSignal.throwIfAborted();
  return {
    exitCode: result.exitCode ?? 1,
    stdout: result.stdout,
    stderr: result.stderr || (result.shortMessage ?? ''),
    missing: result.code === 'ENOENT' || result.code === 'EACCES',
  };
}

/** The last lines of what a program printed, for the message of a failure. */
export function tailOf(text: string, count = 5): string {
  return linesOf(text).slice(-count).join('; ');
}

function followLines(child: { stdout: NodeJS.ReadableStream; stderr: NodeJS.ReadableStream }): () => string {
  let last = '';
  const follow = (chunk: Buffer) => {
    last = linesOf(chunk.toString('utf8')).at(-1) ?? last;
  };
  child.stdout.on('data', follow);
  child.stderr.on('data', follow);
  return () => last;
}

/** A terminal's progress line is many lines here: a carriage return starts a new one. */
function linesOf(text: string): string[] {
  return stripVTControlCharacters(text)
    .split(/[\r\n]+/)
    .map((line) => line.trim())
    .filter((line) => line !== '');
}
