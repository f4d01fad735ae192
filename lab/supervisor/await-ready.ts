import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { LabPaths } from '../paths.ts';
import { supervisorName, supervisorRecord } from './end-cluster.ts';
import { logTail } from './log-tail.ts';
import { readReport, type PartReport } from './report.ts';

/** How the wait for a cluster goes. */
export interface AwaitOptions {
  readonly onProgress: (line: string) => void;
  /** Milliseconds until the wait is given up. */
  readonly deadlineMs?: number;
}

/** Ten times what an idle machine with two cores takes. */
const defaultDeadline = 120_000;
const pollInterval = 50;

/** A part that ends so often before it was ever ready has a reason that does not pass. */
const hopelessRestarts = 5;

/** Waits until every part is ready. Throws, with the end of its log, for a part that does not get there. */
export async function awaitReady(paths: LabPaths, options: AwaitOptions): Promise<void> {
  const started = performance.now();
  const deadline = options.deadlineMs ?? defaultDeadline;
  const told = new Set<string>();
  for (;;) {
    const report = await readReport(paths);
    for (const part of newlyReady(report, told)) options.onProgress(`${part.name} is ready`);
    if (report.length > 0 && report.every(({ state }) => state === 'ready')) return;
    await throwIfHopeless(paths, report);
    if (performance.now() - started > deadline)
      throw await failure(paths, culprit(report), 'is not ready in time');
    await sleep(pollInterval);
  }
}

function newlyReady(report: readonly PartReport[], told: Set<string>): PartReport[] {
  const fresh = report.filter(({ name, state }) => state === 'ready' && !told.has(name));
  for (const { name } of fresh) told.add(name);
  return fresh;
}

async function throwIfHopeless(paths: LabPaths, report: readonly PartReport[]): Promise<void> {
  const crashing = report.find(({ state, restarts }) => state !== 'ready' && restarts >= hopelessRestarts);
  if (crashing !== undefined) throw await failure(paths, crashing, `does not stay up`);
  if ((await supervisorRecord(paths)) === undefined) {
    throw await failure(paths, { name: supervisorName, message: '' }, 'ended');
  }
}

/** The part that holds the others up: the first that is not ready. */
function culprit(report: readonly PartReport[]): Pick<PartReport, 'name' | 'message'> {
  return report.find(({ state }) => state !== 'ready') ?? { name: supervisorName, message: '' };
}

async function failure(
  paths: LabPaths,
  { name, message }: Pick<PartReport, 'name' | 'message'>,
  what: string,
): Promise<Error> {
  const tail = await logTail(join(paths.logs, `${name === 'node' ? supervisorName : name}.log`));
  const lines = [`${name} ${what}${message && `: ${message}`}`, tail].filter((line) => line !== '');
  return new Error(lines.join('\n'));
}
