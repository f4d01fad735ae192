import { controlPlaneAddress } from './block.ts';
import { pkiFiles } from './control-plane/pki.ts';
import { listPods, type PodSummary } from './control-plane/pods.ts';
import { readLabFile, type LabFile } from './lab-file.ts';
import { labPaths, type LabPaths } from './paths.ts';
import { partStatuses, type PartStatus } from './supervisor/part-status.ts';
import { temporalStatus } from './temporal/server.ts';

/** A lab as it is now: the JSON document of `lab status`. */
export interface LabStatus {
  readonly name: string;
  /** `degraded` when something that was started is not well. */
  readonly state: 'up' | 'degraded' | 'down';
  readonly address: string | null;
  readonly parts: readonly PartStatus[];
  readonly pods: readonly PodSummary[];
  readonly temporal: Awaited<ReturnType<typeof temporalStatus>>;
}

/** Looks at everything that runs of a lab. */
export async function status(name: string): Promise<LabStatus> {
  const paths = labPaths(name);
  const temporal = await temporalStatus({ stateDir: paths.root });
  const lab = await readLabFile(paths);
  const cluster = lab === undefined ? noCluster : await clusterStatus(lab, paths);
  return { name, state: stateOf(cluster.parts, temporal), ...cluster, temporal };
}

const noCluster = { address: null, parts: [], pods: [] };

async function clusterStatus(lab: LabFile, paths: LabPaths) {
  const address = controlPlaneAddress(lab.block);
  const parts = await partStatuses(lab, paths);
  const answers = parts.some((part) => part.name === 'kube-apiserver' && part.healthy);
  return { address, parts, pods: answers ? await listPods(address, pkiFiles(paths.pki)) : [] };
}

function stateOf(parts: readonly PartStatus[], temporal: LabStatus['temporal']): LabStatus['state'] {
  if (parts.length === 0 && temporal === null) return 'down';
  const well = parts.every(({ healthy }) => healthy) && (temporal?.serving ?? true);
  return well ? 'up' : 'degraded';
}
