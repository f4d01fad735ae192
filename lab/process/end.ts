import { setTimeout as sleep } from 'node:timers/promises';
import { isGone, type ProcessRecord } from './identity.ts';
import { removeRecord } from './record-file.ts';

/** How a process is ended. */
export interface EndOptions {
  /** Milliseconds between SIGTERM and SIGKILL. */
  graceMs?: number;
  /** File the process is recorded in; its record is removed once it is gone. */
  recordFile?: string;
}

const defaultGrace = 10_000;
const pollInterval = 25;

/** A killed process is gone at once, unless the kernel holds it in uninterruptible I/O. */
const killDeadline = 10_000;

/** Ends exactly the recorded process, SIGTERM first, and returns when it is gone. Throws when it stays. */
export async function endProcess(record: ProcessRecord, options: EndOptions = {}): Promise<void> {
  const { graceMs = defaultGrace, recordFile } = options;
  signalProcess(record, 'SIGTERM');
  if (!(await goneWithin(record, graceMs))) {
    signalProcess(record, 'SIGKILL');
    if (!(await goneWithin(record, killDeadline))) {
      throw new Error(
        `${record.name} (pid ${record.pid}) is still there ${killDeadline / 1000} s after SIGKILL`,
      );
    }
  }
  if (recordFile !== undefined) await removeRecord(recordFile, record);
}

/** Sends a signal to the recorded process, never to another that has its pid now. */
export function signalProcess(
  record: Pick<ProcessRecord, 'pid' | 'startTicks'>,
  signal: NodeJS.Signals,
): void {
  if (isGone(record)) return;
  try {
    process.kill(record.pid, signal);
  } catch (error) {
    // It ended between the look and the signal.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

async function goneWithin(record: ProcessRecord, milliseconds: number): Promise<boolean> {
  const deadline = performance.now() + milliseconds;
  while (!isGone(record)) {
    if (performance.now() >= deadline) return false;
    await sleep(pollInterval);
  }
  return true;
}
