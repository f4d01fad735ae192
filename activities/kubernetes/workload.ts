import type { ClusterClient } from './client.ts';
import { deploymentLack } from './deployment.ts';
import { warningsOf } from './events.ts';
import { describeRef, labelSelector, refOf, type Deployment, type Pod, type Workload } from './object.ts';
import { podTroubles } from './pod.ts';

/** Kinds that run pods, and whose state says whether these are as they should be. */
const lacks: Readonly<Record<string, (workload: Workload) => string | null>> = {
  Deployment: (workload) => deploymentLack(workload as Deployment),
  StatefulSet: statefulSetLack,
  DaemonSet: daemonSetLack,
  Job: jobLack,
};

/** Pods whose warnings a message quotes: those of the others are much the same. */
const quotedPods = 3;

/** Whether objects of a kind run pods that can be waited for. */
export function isWorkload({
  apiVersion,
  kind,
}: {
  readonly apiVersion: string;
  readonly kind: string;
}): boolean {
  return /^(apps|batch)\//.test(apiVersion) && Object.hasOwn(lacks, kind);
}

/** What a workload lacks to be ready as last written; null when nothing. A Job is ready when it has completed. */
export function workloadLack(workload: Workload): string | null {
  return lacks[workload.kind]?.(workload) ?? null;
}

const notTakenUp = 'its change has not been taken up yet';

function isTakenUp({ metadata, status }: Workload): boolean {
  return (status?.observedGeneration ?? 0) >= (metadata.generation ?? 1);
}

function statefulSetLack(workload: Workload): string | null {
  const { spec, status = {} } = workload;
  if (!isTakenUp(workload)) return notTakenUp;
  const wanted = spec.replicas ?? 1;
  const { type, rollingUpdate } = spec.updateStrategy ?? {};
  // Pods below the partition, and all of OnDelete, keep their version until somebody says otherwise.
  const current = type === 'OnDelete' ? 0 : Math.max(0, wanted - (rollingUpdate?.partition ?? 0));
  const updated = status.updatedReplicas ?? 0;
  if (updated < current) return `${updated} of ${current} pods are of the current version`;
  const available = status.availableReplicas ?? status.readyReplicas ?? 0;
  return available < wanted ? `${available} of ${wanted} pods are available` : null;
}

function daemonSetLack(workload: Workload): string | null {
  const { spec, status = {} } = workload;
  if (!isTakenUp(workload)) return notTakenUp;
  const wanted = status.desiredNumberScheduled ?? 0;
  const updated = spec.updateStrategy?.type === 'OnDelete' ? wanted : (status.updatedNumberScheduled ?? 0);
  if (updated < wanted) return `${updated} of ${wanted} pods are of the current version`;
  const available = status.numberAvailable ?? 0;
  return available < wanted ? `${available} of ${wanted} pods are available` : null;
}

function jobLack({ spec, status }: Workload): string | null {
  const complete = status?.conditions?.some(({ type, status: is }) => type === 'Complete' && is === 'True');
  return complete === true || spec.suspend === true ? null : 'it has not completed';
}

/** The pods of a workload that are not being deleted. */
export async function podsOf(client: ClusterClient, { metadata, spec }: Workload): Promise<Pod[]> {
  const { namespace } = metadata;
  const pods = await client.list<Pod>('v1', 'Pod', {
    labelSelector: labelSelector(spec.selector ?? {}),
    ...(namespace === undefined ? {} : { namespace }),
  });
  return pods.filter((pod) => pod.metadata.deletionTimestamp === undefined);
}

/** Why a workload is not ready: down to pod, container and reason, with what Kubernetes' Events say of it. */
export async function explainWorkload(
  client: ClusterClient,
  workload: Workload,
  lack: string,
): Promise<string> {
  const troubled = (await podsOf(client, workload)).filter((pod) => podTroubles(pod).length > 0);
  const [own, ...ofPods] = await Promise.all([
    warningsOf(client, refOf(workload)),
    ...troubled.slice(0, quotedPods).map((pod) => podWarnings(client, pod)),
  ]);
  const refused = workload.status?.conditions?.find(
    ({ type, status }) => type === 'ReplicaFailure' && status === 'True',
  );
  const reasons = [refused?.message ?? [], own, troubled.flatMap(podTroubles), ofPods.flat()].flat();
  return [`${describeRef(refOf(workload))}: ${lack}`, ...reasons].join('; ');
}

async function podWarnings(client: ClusterClient, pod: Pod): Promise<string[]> {
  const ref = { kind: 'Pod', ...pod.metadata };
  const warnings = await warningsOf(client, ref);
  return warnings.map((warning) => `${describeRef({ ...ref, kind: 'pod' })}: ${warning}`);
}
