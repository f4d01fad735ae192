import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { constants } from 'node:os';
import { beside } from '../domain/beside.ts';

/**
 * Runs one of our programs on this Node with our standard streams, passing on signals.
 * @returns its exit code; 128 and the signal's number if a signal ended it
 */
export async function runProgram(
  script: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<number> {
  const path = fileURLToPath(beside(import.meta.url, `../${script}`));
  const child = spawn(process.execPath, [path, ...args], { env, stdio: 'inherit' });
  const stop = passSignals((signal) => child.kill(signal));
  try {
    return await new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', (code, signal) => resolve(code ?? 128 + (signal ? constants.signals[signal] : 0)));
    });
  } finally {
    stop();
  }
}

/** A terminal sends Ctrl-C to the child as well: passing it on there would make it two. */
function passSignals(send: (signal: NodeJS.Signals) => void): () => void {
  const pass = (signal: NodeJS.Signals) => {
    if (signal !== 'SIGINT' || !process.stdin.isTTY) send(signal);
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const signal of signals) process.on(signal, pass);
  return () => {
    for (const signal of signals) process.off(signal, pass);
  };
}
