import { fileURLToPath } from 'node:url';
import { beside } from '../../domain/beside.ts';
import { join } from 'node:path';
import { writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { controlPlaneAddress, requireFreePorts } from '../block.ts';
import { auditFiles, writeAuditPolicy } from '../control-plane/audit.ts';
import { writeKubeconfig } from '../control-plane/kubeconfig.ts';
import { ensurePki } from '../control-plane/pki.ts';
import type { LabFile } from '../lab-file.ts';
import type { LabPaths } from '../paths.ts';
import { startProcess } from '../process/start.ts';
import { endCluster, supervisorName, supervisorRecord } from './end-cluster.ts';
import { listenersIn } from './listeners.ts';
import { markVariable } from './mark.ts';

/** The supervisor's entry point. */
const program = fileURLToPath(beside(import.meta.url, './main.ts'));

/** Makes sure a supervisor of the lab runs: cleans up what a dead one left, then starts one. Says whether it did. */
export async function ensureSupervisor(
  lab: LabFile,
  paths: LabPaths,
  onProgress: (line: string) => void,
): Promise<boolean> {
  if ((await supervisorRecord(paths)) !== undefined) return false;
  await endCluster(paths, onProgress);
  await requireFreeAddresses(lab);
  await prepare(lab, paths);
  await startProcess({
    name: supervisorName,
    command: process.execPath,
    args: [program, lab.name],
    env: { ...process.env, [markVariable]: paths.root },
    cwd: paths.root,
    logFile: join(paths.logs, `${supervisorName}.log`),
    detached: true,
    recordFile: paths.processes,
  });
  return true;
}

async function prepare(lab: LabFile, paths: LabPaths): Promise<void> {
  const address = controlPlaneAddress(lab.block);
  const pki = await ensurePki(paths.pki, address);
  await writeKubeconfig(paths.kubeconfig, address, pki);
  if (lab.audit === true) await writeAuditPolicy(auditFiles(paths));
  if (!existsSync(paths.faults)) await writeFile(paths.faults, '{}\n', { mode: 0o600 });
}

/** The lab's addresses are in its data, so it cannot move to other ones. */
async function requireFreeAddresses(lab: LabFile): Promise<void> {
  await requireFreePorts();
  const listeners = listenersIn(lab.block);
  if (listeners.length === 0) return;
  throw new Error(
    `another program listens on ${listeners.join(', ')}: end it, or run 'sluice lab down --name ${lab.name}' to give lab '${lab.name}' other addresses`,
  );
}
