import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { endProcess } from '../process/end.ts';
import { removeRecord } from '../process/record-file.ts';
import type { StartedProcess } from '../process/start.ts';
import { failuresAfter, restartDelay } from './back-off.ts';
import { complaintOf, type Part } from './part.ts';
import { aborted, pause } from './pause.ts';
import type { PartState } from './report.ts';
import { messageOf } from '../../domain/message-of.ts';

/** How a part is started and who hears how it is. */
export interface KeepRunningOptions {
  readonly start: (part: Part) => Promise<StartedProcess>;
  readonly recordFile: string;
  readonly onState: (state: PartState, message: string) => void;
  /** Milliseconds between two looks at a part that is not ready. */
  readonly probeIntervalMs?: number;
}

/** A part that is kept running. */
export interface KeptPart {
  /** Resolves when the part's probe passed the first time, or when it was stopped before. */
  readonly ready: Promise<void>;
  /** Ends the part for good: SIGTERM, later SIGKILL. */
  stop(): Promise<void>;
}

const defaultProbeInterval = 100;

/** What a part gets to end by itself: the API server waits for open requests. */
const stopGrace = 8_000;

/** Starts the part, and again with a growing delay each time it ends, until it is stopped. */
export function keepRunning(part: Part, options: KeepRunningOptions): KeptPart {
  const stopping = new AbortController();
  const { promise: ready, resolve: markReady } = Promise.withResolvers<undefined>();
  const loop = runUntilStopped(part, { ...options, stopping: stopping.signal, markReady });
  return {
    ready,
    stop: async () => {
      stopping.abort();
      await loop;
      markReady(undefined);
      options.onState('stopped', '');
    },
  };
}

interface Run extends KeepRunningOptions {
  readonly stopping: AbortSignal;
  readonly markReady: (value: undefined) => void;
}

async function runUntilStopped(part: Part, run: Run): Promise<void> {
  let failures = 0;
  while (!run.stopping.aborted) {
    const startedAt = performance.now();
    const ending = await runOnce(part, run);
    failures = failuresAfter(failures, performance.now() - startedAt);
    await beforeRestart(ending, restartDelay(failures), run);
  }
}

async function beforeRestart(ending: string, delay: number, run: Run): Promise<void> {
  if (run.stopping.aborted) return;
  run.onState('restarting', ending);
  await pause(delay, run.stopping);
}

/** One life of the part; returns how it ended. */
async function runOnce(part: Part, run: Run): Promise<string> {
  run.onState('starting', '');
  try {
    const started = await run.start(part);
    return await liveAndEnd(part, started, run);
  } catch (error) {
    return messageOf(error);
  }
}

async function liveAndEnd(part: Part, { child, record }: StartedProcess, run: Run): Promise<string> {
  const over = new AbortController();
  const ending = endingOf(child).finally(() => over.abort());
  const watching = watchReadiness(part, run, AbortSignal.any([over.signal, run.stopping]));
  await Promise.race([ending, aborted(run.stopping)]);
  if (run.stopping.aborted) await endProcess(record, { graceMs: stopGrace });
  const text = await ending;
  await watching;
  await removeRecord(run.recordFile, record);
  return text;
}

async function watchReadiness(part: Part, run: Run, end: AbortSignal): Promise<void> {
  while (!end.aborted) {
    const complaint = await complaintOf(part);
    if (tellReadiness(complaint, run, end)) return;
    await pause(run.probeIntervalMs ?? defaultProbeInterval, end);
  }
}

/** Says whether there is nothing more to wait for. A part that ended while it was asked has nothing to say. */
function tellReadiness(complaint: string | undefined, run: Run, end: AbortSignal): boolean {
  if (end.aborted) return true;
  run.onState(complaint === undefined ? 'ready' : 'starting', complaint ?? '');
  if (complaint === undefined) run.markReady(undefined);
  return complaint === undefined;
}

async function endingOf(child: ChildProcess): Promise<string> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  return child.signalCode === null
    ? `ended by itself with exit code ${child.exitCode ?? 'unknown'}`
    : `ended by ${child.signalCode}`;
}
