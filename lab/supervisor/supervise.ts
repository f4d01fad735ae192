import { join } from 'node:path';
import type { RunningNode } from '../node/start.ts';
import type { LabPaths } from '../paths.ts';
import { startProcess } from '../process/start.ts';
import { keepRunning, type KeptPart } from './keep-running.ts';
import { keepNode, nodePart } from './node.ts';
import type { Part } from './part.ts';
import { reportFile, type PartState } from './report.ts';
import { reportWriter } from './report-writer.ts';

/** What is supervised. */
export interface SuperviseOptions {
  readonly paths: LabPaths;
  /** Programs in waves: each wave is started when the one before it is ready, the last together with the node. */
  readonly waves: readonly (readonly Part[])[];
  readonly startNode: () => Promise<RunningNode>;
  readonly log: (line: string) => void;
}

/** A lab's cluster that is kept running. */
export interface Supervision {
  /** Ends the node and its pods first, then the parts, the last one started first. */
  stop(): Promise<void>;
}

/** Starts the parts of a lab and keeps them running. Returns at once; how it goes is in the report file. */
export function supervise(options: SuperviseOptions): Supervision {
  const { paths, waves, log } = options;
  const report = reportWriter(reportFile(paths), [...waves.flat().map(({ name }) => name), nodePart]);
  const kept: KeptPart[] = [];
  const stopping = new AbortController();
  const onState = (name: string) => (state: PartState, message: string) => {
    report.set(name, state, message);
    // Each look at a part that is still starting has its own message: too much for a log.
    if (state !== 'starting' || message === '') log(`${name}: ${state}${message && `: ${message}`}`);
  };
  const keep = (part: Part) => {
    const start = () => startPart(part, paths);
    const one = keepRunning(part, { start, recordFile: paths.processes, onState: onState(part.name) });
    kept.push(one);
    return one.ready;
  };
  const startAll = async () => {
    for (const [index, wave] of waves.entries()) {
      if (stopping.signal.aborted) return;
      const ready = wave.map(keep);
      if (index === waves.length - 1) kept.push(keepNode(options.startNode, onState(nodePart)));
      await Promise.all(ready);
    }
  };
  const started = startAll();
  return {
    stop: async () => {
      stopping.abort();
      for (let last = kept.pop(); last !== undefined; last = kept.pop()) await last.stop();
      await started;
      await report.flush();
    },
  };
}

async function startPart(part: Part, paths: LabPaths) {
  const logFile = join(paths.logs, `${part.name}.log`);
  return startProcess({ ...part, logFile, recordFile: paths.processes });
}
