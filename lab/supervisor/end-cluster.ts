import { rm } from 'node:fs/promises';
import { endLeftovers as endLeftoverPods } from '../node/pods/leftovers.ts';
import type { LabPaths } from '../paths.ts';
import { endProcess, signalProcess } from '../process/end.ts';
import { isAlive, type ProcessRecord } from '../process/identity.ts';
import { readRecords } from '../process/record-file.ts';
import { markedProcesses } from './mark.ts';
import { reportFile } from './report.ts';

/** Name of the supervisor in the process records. */
export const supervisorName = 'supervisor';

/** What the supervisor gets to end its pods and parts before they are ended for it, milliseconds. */
const supervisorGrace = 30_000;

/** What a process without supervisor gets between SIGTERM and SIGKILL, milliseconds. */
const leftoverGrace = 5_000;

/** Record of the lab's supervisor; `undefined` when none runs. */
export async function supervisorRecord(paths: LabPaths): Promise<ProcessRecord | undefined> {
  return (await readRecords(paths.processes)).find(
    (record) => record.name === supervisorName && isAlive(record),
  );
}

/** Ends every process of the lab's cluster: through the supervisor while it runs, then whatever is left of it. */
export async function endCluster(paths: LabPaths, onProgress: (line: string) => void): Promise<void> {
  const supervisor = await supervisorRecord(paths);
  if (supervisor !== undefined) {
    onProgress('ending pods and control plane');
    await endProcess(supervisor, { graceMs: supervisorGrace, recordFile: paths.processes });
  }
  await endLeftovers(paths, onProgress);
  await rm(reportFile(paths), { force: true });
}

async function endLeftovers(paths: LabPaths, onProgress: (line: string) => void): Promise<void> {
  const left = await clusterProcesses(paths);
  if (left.length > 0) onProgress(`ending ${left.length} processes that lost their supervisor`);
  // All are told at once: the order matters for pods that serve requests, not for what a crash left behind.
  for (const record of left) signalProcess(record, 'SIGTERM');
  await Promise.all(left.map((record) => endProcess(record, { graceMs: leftoverGrace })));
  await endLeftoverPods(paths.pods);
  await rm(paths.processes, { force: true });
}

/** Processes of the lab's cluster that are alive: the recorded ones, and those that carry its mark. */
export async function clusterProcesses(paths: LabPaths): Promise<ProcessRecord[]> {
  const recorded = (await readRecords(paths.processes)).filter(isAlive);
  const known = new Set(recorded.map(({ pid }) => pid));
  return [...recorded, ...markedProcesses(paths.root).filter(({ pid }) => !known.has(pid))];
}
