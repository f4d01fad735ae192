import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { request } from 'undici';
import { isAlive, type ProcessRecord } from '../process/identity.ts';

const pollInterval = 100;
const answerTimeout = 2_000;
const quotedLines = 5;

/** What to wait for, and how long. */
export interface Awaited {
  ui: string;
  process: ProcessRecord;
  logFile: string;
  /** Milliseconds. */
  timeout: number;
  signal: AbortSignal | undefined;
}

/** The server's process ended while it was waited for. */
export class ServerEndedError extends Error {
  override readonly name = 'ServerEndedError';
}

/** Whether the server answers: the Web UI asks the frontend for its namespace, so both and the database are up. */
export async function isServing(ui: string): Promise<boolean> {
  try {
    const url = `${ui}/api/v1/namespaces/default`;
    const { statusCode, body } = await request(url, { headersTimeout: answerTimeout, reset: true });
    await body.dump();
    return statusCode === 200;
  } catch {
    // Refused, reset, silent: not serving yet, or no more.
    return false;
  }
}

/** Returns when the server answers. Throws, with the end of its log, when it ends before or takes too long. */
export async function awaitServing({ ui, process, logFile, timeout, signal }: Awaited): Promise<void> {
  const deadline = performance.now() + timeout;
  while (!(await isServing(ui))) {
    signal?.throwIfAborted();
    if (!isAlive(process)) {
      throw new ServerEndedError(`temporal ended before it served: ${await tail(logFile)}`);
    }
    if (performance.now() > deadline) {
      throw new Error(`temporal does not serve after ${timeout / 1000} s: ${await tail(logFile)}`);
    }
    await sleep(pollInterval);
  }
}

async function tail(logFile: string): Promise<string> {
  const lines = (await readFile(logFile, 'utf8')).trim().split('\n').slice(-quotedLines);
  return `${lines.join('; ')} (${logFile})`;
}
