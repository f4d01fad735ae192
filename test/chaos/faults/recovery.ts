/** When what was hit serves again. */
import { setTimeout as sleep } from 'node:timers/promises';
import { CoreV1Api, KubeConfig } from '@kubernetes/client-node';
import type { ProcessRecord } from '../../../lab/process/identity.ts';
import { readReport } from '../../../lab/supervisor/report.ts';
import type { PlannedFault } from '../plan/plan.ts';
import type { Stand } from '../stand/stand.ts';
import { findAlive } from './find-process.ts';

const pollInterval = 100;

/** Ten times what a busy machine takes: the back-off of a container that died before is part of it. */
const limit = 120_000;

/** Waits until another process is in the killed one's place, and serves. */
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
    await sleep(pollInterval, undefined, { signal });
  }
  throw new Error(`${fault.workload ?? fault.victim} did not come back within ${limit / 1000} s`);
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
  const config = new KubeConfig();
  config.loadFromFile(paths.kubeconfig);
  try {
    const { status } = await config.makeApiClient(CoreV1Api).readNamespacedPod({ namespace, name });
    const all = [...(status?.containerStatuses ?? []), ...(status?.initContainerStatuses ?? [])];
    return all.some((one) => one.name === container && one.ready);
  } catch {
    return false;
  }
}
