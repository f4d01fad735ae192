import { spawn } from 'node:child_process';
import type { Launch } from './container-setup.ts';

/** Where the output of a command goes, and what ends it early. */
export interface CommandStreams {
  stdout: (chunk: Buffer) => void;
  stderr: (chunk: Buffer) => void;
  signal: AbortSignal;
}

/** Runs a command as a process in a container's environment; its exit code. Throws when it cannot be started. */
export function runCommand(
  launch: Launch,
  command: readonly string[],
  streams: CommandStreams,
): Promise<number> {
  const [file, ...args] = command;
  if (file === undefined) return Promise.reject(new Error('no command was given'));
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const child = spawn(file, args, {
    cwd: launch.context.directory,
    env: launch.env,
    stdio: ['ignore', 'pipe', 'pipe'],
    signal: streams.signal,
    killSignal: 'SIGKILL',
  });
  child.stdout.on('data', streams.stdout);
  child.stderr.on('data', streams.stderr);
  child.on('error', reject);
  child.on('close', (code) => resolve(code ?? killedExitCode));
  return promise;
}

/** Exit code of a process that SIGKILL ended, as a shell reports it. */
const killedExitCode = 137;
