import { pkiFiles } from '../control-plane/pki.ts';
import type { LabFile } from '../lab-file.ts';
import type { LabPaths } from '../paths.ts';
import { isAlive, type ProcessRecord } from '../process/identity.ts';
import { readRecords } from '../process/record-file.ts';
import { supervisorName } from './end-cluster.ts';
import { nodePart } from './node.ts';
import { complaintOf, type Part } from './part.ts';
import { clusterParts } from './parts.ts';
import { readReport, type PartReport } from './report.ts';
import { uptimeSeconds } from './uptime.ts';

/** How one part is now. */
export interface PartStatus {
  readonly name: string;
  /** Null when no process of it runs. */
  readonly pid: number | null;
  readonly uptimeSeconds: number | null;
  readonly healthy: boolean;
  readonly restarts: number;
  /** What is wrong; empty when nothing is. */
  readonly message: string;
}

/** The supervisor, the parts it keeps running and its node, each looked at now. */
export async function partStatuses(lab: LabFile, paths: LabPaths): Promise<PartStatus[]> {
  const processes = new Map(
    (await readRecords(paths.processes)).filter(isAlive).map((one) => [one.name, one]),
  );
  const reports = new Map((await readReport(paths)).map((one) => [one.name, one]));
  const supervisor = processes.get(supervisorName);
  const parts = (await clusterParts(lab, paths, pkiFiles(paths.pki))).flat();
  return [
    status(supervisorName, supervisor, undefined, ''),
    ...(await Promise.all(
      parts.map(async (part) => statusOf(part, processes.get(part.name), reports.get(part.name))),
    )),
    nodeStatus(supervisor, reports.get(nodePart)),
  ];
}

async function statusOf(part: Part, process: ProcessRecord | undefined, report: PartReport | undefined) {
  return status(part.name, process, report, process === undefined ? '' : ((await complaintOf(part)) ?? ''));
}

/** The node runs in the supervisor's process, and says itself whether it is well. */
function nodeStatus(supervisor: ProcessRecord | undefined, report: PartReport | undefined): PartStatus {
  const ready = report?.state === 'ready';
  return status(
    nodePart,
    supervisor,
    report,
    ready ? '' : `${report?.state ?? 'not started'} ${report?.message ?? ''}`.trim(),
  );
}

function status(
  name: string,
  process: ProcessRecord | undefined,
  report: PartReport | undefined,
  complaint: string,
): PartStatus {
  const message = process === undefined ? `not running ${report?.message ?? ''}`.trim() : complaint;
  return {
    name,
    pid: process?.pid ?? null,
    uptimeSeconds: process === undefined ? null : uptimeSeconds(process),
    healthy: message === '',
    restarts: report?.restarts ?? 0,
    message,
  };
}
