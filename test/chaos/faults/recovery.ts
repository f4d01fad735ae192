/** When what was hit serves again. */
import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { ApiException, AppsV1Api, CoreV1Api, KubeConfig } from '@kubernetes/client-node';
import type { ProcessRecord } from '../../../lab/process/identity.ts';
import { readReport } from '../../../lab/supervisor/report.ts';
import type { PlannedFault, Victim } from '../plan/plan.ts';
import type { Stand } from '../stand/stand.ts';
import { findAlive } from './find-process.ts';

const pollInterval = 100;

/** Ten times what a busy machine takes: the back-off of a container that died before is part of it. */
const limit = 120_000;

/** Whose containers the other victims are. */
const deployments: Partial<Record<Victim, { readonly namespace: string; readonly name: string }>> = {
  istiod: { namespace: 'istio-system', name: 'istiod' },
  ingress: { namespace: 'istio-system', name: 'istio-ingressgateway' },
  sidecar: { namespace: 'default', name: 'productpage-v1' },
};

/** Waits until another process is in the killed one's place, and serves; or until nobody wants one: its run took it away. */
export async function awaitSuccessor(
  stand: Stand,
  fault: PlannedFault,
  killed: ProcessRecord,
  signal: AbortSignal,
): Promise<void> {
  for (const deadline = Date.now() + limit; Date.now() < deadline;) {
    const next = await findAlive(stand, fault);
    const isAnother = next !== undefined && next.startTicks !== killed.startTicks;
    if (isAnother && (await serves(stand, fault, next))) return;
    if (next === undefined && (await isRemoved(stand, fault))) return;
    await sleep(pollInterval, undefined, { signal });
  }
  throw new Error(`${fault.workload ?? fault.victim} did not come back within ${limit / 1000} s`);
}

/** Whether the Deployment of a victim is gone, or going: its run has taken it away. Other victims are never removed. */
export async function isRemoved({ paths }: Stand, { victim, workload }: PlannedFault): Promise<boolean> {
  const deployment = victim === 'pod' ? { namespace: 'default', name: workload ?? '' } : deployments[victim];
  if (deployment === undefined) return false;
  if (!existsSync(paths.kubeconfig)) return true;
  const config = configOf(paths);
  try {
    const { metadata } = await config.makeApiClient(AppsV1Api).readNamespacedDeployment(deployment);
    return metadata?.deletionTimestamp !== undefined;
  } catch (error) {
    return error instanceof ApiException && error.code === 404;
  }
}

async function serves(stand: Stand, { victim }: PlannedFault, process: ProcessRecord): Promise<boolean> {
  if (victim === 'worker') return stand.worker.ready();
  // Whoever starts it waits until it does.
  if (victim === 'temporal') return true;
  if (['kube-apiserver', 'etcd', 'prometheus'].includes(victim)) return await isPartReady(stand, victim);
  return await isContainerReady(stand, process.name);
}

async function isPartReady({ paths }: Stand, part: string): Promise<boolean> {
  return (await readReport(paths)).some(({ name, state }) => name === part && state === 'ready');
}

/** An API server that does not answer says nothing: not yet. */
async function isContainerReady({ paths }: Stand, record: string): Promise<boolean> {
  const [namespace = '', name = '', container = ''] = record.split('/');
  const config = configOf(paths);
  try {
    const { status } = await config.makeApiClient(CoreV1Api).readNamespacedPod({ namespace, name });
    const all = [...(status?.containerStatuses ?? []), ...(status?.initContainerStatuses ?? [])];
    return all.some((one) => one.name === container && one.ready);
  } catch {
    return false;
  }
}

function configOf({ kubeconfig }: Stand['paths']): KubeConfig {
  const config = new KubeConfig();
  config.loadFromFile(kubeconfig);
  return config;
}
