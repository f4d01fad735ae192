import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { readStat, type ProcessRecord } from './identity.ts';
import { addRecord } from './record-file.ts';
import { messageOf } from '../../domain/message-of.ts';

/** What to run and where its output and its record go. */
export interface ProcessPlan {
  name: string;
  command: string;
  args: readonly string[];
  /** The whole environment of the process; this process's own when left out. */
  env?: Readonly<Record<string, string | undefined>>;
  cwd?: string;
  /** Standard output and error are appended to it (mode 0600). */
  logFile: string;
  /** Detached: survives this process, in a session of its own. */
  detached?: boolean;
  /** JSON file that remembers the process until it is ended. */
  recordFile?: string;
}

/** A process that was started, and what names it. */
export interface StartedProcess {
  record: ProcessRecord;
  child: ChildProcess;
}

/** Starts a process with its output in a log file and records it. Throws when it cannot be started. */
export async function startProcess(plan: ProcessPlan): Promise<StartedProcess> {
  await mkdir(dirname(plan.logFile), { recursive: true, mode: 0o700 });
  const log = await open(plan.logFile, 'a', 0o600);
  try {
    const started = spawnPlan(plan, log.fd);
    await startedOrFailed(plan, started.child);
    if (plan.recordFile !== undefined) await addRecord(plan.recordFile, started.record);
    return started;
  } finally {
    await log.close();
  }
}

function spawnPlan(plan: ProcessPlan, log: number): StartedProcess {
  const child = spawn(plan.command, plan.args, {
    cwd: plan.cwd,
    env: plan.env ?? process.env,
    detached: plan.detached ?? false,
    stdio: ['ignore', log, log],
  });
  if (plan.detached) child.unref();
  // Read in the same turn of the event loop: even a process that ended at once is not reaped before the next.
  const startTicks = child.pid === undefined ? undefined : readStat(child.pid)?.startTicks;
  return { child, record: { name: plan.name, pid: child.pid ?? 0, startTicks: startTicks ?? 0 } };
}

async function startedOrFailed(plan: ProcessPlan, child: ChildProcess): Promise<void> {
  try {
    await once(child, 'spawn');
  } catch (error) {
    const reason = messageOf(error);
    throw new Error(`${plan.name} cannot be started: ${reason}`, { cause: error });
  }
}
