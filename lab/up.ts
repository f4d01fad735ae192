import { controlPlaneAddress } from './block.ts';
import { defineTypes } from './control-plane/custom-types.ts';
import { labContext } from './control-plane/kubeconfig.ts';
import { istioSettings } from './istio-settings.ts';
import { ensureLabFile, writeLabFile, type LabFile } from './lab-file.ts';
import { labPaths, type LabPaths } from './paths.ts';
import { withLock } from './process/lock.ts';
import { prometheusUrl } from './prometheus/part.ts';
import { awaitReady } from './supervisor/await-ready.ts';
import { endCluster } from './supervisor/end-cluster.ts';
import { ensureSupervisor } from './supervisor/start-cluster.ts';
import { startTemporal } from './temporal/server.ts';
import { findAddOns, findManifests, type IstioTools } from './istio-tools.ts';
import { ensureGatewayApi } from './toolchain/gateway-api.ts';
import { ensureTools } from './toolchain/ensure.ts';
import type { ToolName } from './toolchain/versions.ts';

/** Which half of a lab a command is about; both when left out. */
export type Only = 'temporal' | 'cluster';

/** What to start. */
export interface UpOptions {
  readonly name: string;
  readonly only?: Only | undefined;
  /** Kubeconfig of a webhook that knows further bearer tokens; kept for later starts. */
  readonly tokenWebhook?: string | undefined;
  /** Log the requests of the API server (control-plane/audit.ts); kept for later starts. */
  readonly audit?: boolean | undefined;
  readonly onProgress: (line: string) => void;
}

/** How to reach a lab: the JSON document of `lab up`. Fields of a half that was not asked for are null. */
export interface LabDescription {
  readonly name: string;
  readonly address: string | null;
  readonly kubeconfig: string | null;
  readonly context: string | null;
  readonly prometheus: string | null;
  readonly istio: (IstioTools & { readonly set: readonly string[] }) | null;
  readonly temporal: { readonly address: string; readonly ui: string; readonly pid: number } | null;
  readonly stateDir: string;
}

/** In the order of need; istioctl is for who installs the mesh. */
const clusterTools = [
  'etcd',
  'kube-apiserver',
  'kube-controller-manager',
  'prometheus',
  'envoy',
  'pilot-discovery',
  'istioctl',
] as const satisfies readonly ToolName[];

/** Starts what is not running of a lab and returns when it is ready. A lab that is up is left as it is. */
export async function up(options: UpOptions): Promise<LabDescription> {
  const paths = labPaths(options.name);
  const waiting = once(() =>
    options.onProgress(`waiting for another command that works on lab '${options.name}'`),
  );
  return withLock(paths.root, () => upLocked(paths, options), { onWait: waiting });
}

async function upLocked(
  paths: LabPaths,
  { name, only, onProgress, ...wishes }: UpOptions,
): Promise<LabDescription> {
  const temporal = only === 'cluster' ? null : await startTemporal({ stateDir: paths.root, onProgress });
  const cluster = only === 'temporal' ? noCluster : await upCluster(name, paths, wishes, onProgress);
  return { name, ...cluster, temporal, stateDir: paths.root };
}

const noCluster = { address: null, kubeconfig: null, context: null, prometheus: null, istio: null };

async function upCluster(
  name: string,
  paths: LabPaths,
  { tokenWebhook, audit }: Pick<UpOptions, 'tokenWebhook' | 'audit'>,
  onProgress: (line: string) => void,
) {
  const tools = await ensureTools(clusterTools, { onProgress });
  const wished = { ...(tokenWebhook && { tokenWebhook }), ...(audit && { audit }) };
  const lab = { ...(await ensureLabFile(name, paths)), tools, ...wished };
  await writeLabFile(paths, lab);
  await runCluster(paths, lab, onProgress);
  const address = controlPlaneAddress(lab.block);
  const addOns = await findAddOns(onProgress);
  const gatewayApi = await findManifests(ensureGatewayApi, onProgress);
  if (gatewayApi !== null) await defineTypes(paths.kubeconfig, gatewayApi);
  return {
    address,
    kubeconfig: paths.kubeconfig,
    context: labContext,
    prometheus: prometheusUrl(address),
    istio: { istioctl: tools.istioctl, addOns, set: istioSettings(lab.block) },
  };
}

async function runCluster(paths: LabPaths, lab: LabFile, onProgress: (line: string) => void): Promise<void> {
  const startedHere = await ensureSupervisor(lab, paths, onProgress);
  try {
    await awaitReady(paths, { onProgress });
  } catch (error) {
    // What cannot get ready would go on trying for good; its data stays for the next `up`.
    if (startedHere) await endCluster(paths, onProgress);
    throw error;
  }
}

function once(action: () => void): () => void {
  let done = false;
  return () => {
    if (!done) action();
    done = true;
  };
}
