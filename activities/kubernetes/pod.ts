import { describeRef, type ContainerStatus, type Pod } from './object.ts';

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

/** Labels of pods whose value ends the name of their ReplicaSet: a Deployment's, and that of an Argo Rollout. */
const hashLabels = ['pod-template-hash', 'rollouts-pod-template-hash'] as const;

/**
 * Name of the workload that a pod belongs to, as Istio's metrics have it: of its Deployment rather than its ReplicaSet.
 * Source: `GetDeployMetaFromPod` of istio/istio, pkg/kube.
 */
export function workloadOf({ metadata }: Pod): string {
  const owner = metadata.ownerReferences?.find(({ controller }) => controller);
  if (owner === undefined) return metadata.name;
  if (owner.kind === 'Job') return /^(.+)-\d{8,10}$/.exec(owner.name)?.[1] ?? owner.name;
  const hash = hashLabels
    .map((label) => metadata.labels?.[label])
    .find((value) => value !== undefined && owner.name.endsWith(`-${value}`));
  return hash === undefined ? owner.name : owner.name.slice(0, -hash.length - 1);
}
