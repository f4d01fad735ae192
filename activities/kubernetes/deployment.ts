import type { ClusterClient } from './client.ts';
import { describeRef, selectorOf, type ContainerStatus, type Deployment, type Pod } from './object.ts';

/** What a Deployment lacks to be Available as last written; null when nothing. */
export function deploymentLack(deployment: Deployment): string | null {
  const { metadata, spec, status } = deployment;
  if ((status?.observedGeneration ?? 0) < (metadata.generation ?? 1))
    return 'its change has not been taken up yet';
  const wanted = spec.replicas ?? 1;
  const updated = status?.updatedReplicas ?? 0;
  if (updated < wanted) return `${updated} of ${wanted} pods are of the current version`;
  if ((status?.replicas ?? 0) > updated) return 'pods of an earlier version are still there';
  const available = status?.availableReplicas ?? 0;
  return available < wanted ? `${available} of ${wanted} pods are available` : null;
}

/** The pods of a Deployment that are not being deleted. */
export async function podsOf(client: ClusterClient, deployment: Deployment): Promise<Pod[]> {
  const { namespace } = deployment.metadata;
  const labelSelector = selectorOf(deployment.spec.selector.matchLabels ?? {});
  const pods = await client.list<Pod>('v1', 'Pod', {
    labelSelector,
    ...(namespace === undefined ? {} : { namespace }),
  });
  return pods.filter((pod) => pod.metadata.deletionTimestamp === undefined);
}

/** Why a Deployment is not Available, down to pod, container and reason. */
export async function explainDeployment(
  client: ClusterClient,
  deployment: Deployment,
  lack: string,
): Promise<string> {
  const troubles = (await podsOf(client, deployment)).flatMap(podTroubles);
  const refused = deployment.status?.conditions?.find(
    ({ type, status }) => type === 'ReplicaFailure' && status === 'True',
  );
  const reasons = refused?.message === undefined ? troubles : [refused.message, ...troubles];
  return [`${describeRef({ kind: 'Deployment', ...deployment.metadata })}: ${lack}`, ...reasons].join('; ');
}

/** What is wrong with a pod's containers; empty for a healthy pod. */
export function podTroubles(pod: Pod): string[] {
  const where = describeRef({ kind: 'pod', ...pod.metadata });
  const statuses = [...(pod.status?.initContainerStatuses ?? []), ...(pod.status?.containerStatuses ?? [])];
  const troubles = statuses.flatMap((status) => {
    const trouble = containerTrouble(status);
    return trouble === null ? [] : [`${where}, container ${status.name}: ${trouble}`];
  });
  if (troubles.length > 0 || pod.status?.phase === 'Running') return troubles;
  const unmet = pod.status?.conditions?.find(
    ({ type, status }) => type === 'PodScheduled' && status === 'False',
  );
  return [
    `${where}: ${unmet?.message ?? pod.status?.message ?? pod.status?.phase ?? 'not seen by a node yet'}`,
  ];
}

function containerTrouble({ ready, restartCount, state }: ContainerStatus): string | null {
  if (state?.waiting !== undefined) return words('waiting', state.waiting.reason, state.waiting.message);
  if (state?.terminated !== undefined) {
    const { exitCode, reason, message } = state.terminated;
    return exitCode === 0 ? null : words(`ended with exit code ${exitCode}`, reason, message);
  }
  return ready ? null : `running but not ready, ${restartCount} restarts`;
}

function words(state: string, ...more: (string | undefined)[]): string {
  return [state, ...more.filter((word) => word !== undefined && word !== '')].join(', ');
}
