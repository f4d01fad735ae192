import type { Pod } from '../api/models.ts';

/** Name of the workload a pod belongs to: its Deployment's, not its ReplicaSet's. */
export function workloadOf(pod: Pod): string {
  const owner = pod.metadata?.ownerReferences?.find(({ controller }) => controller);
  if (owner === undefined) return pod.metadata?.name ?? '';
  const hash = pod.metadata?.labels?.['pod-template-hash'];
  const suffix = `-${hash ?? ''}`;
  const generated = owner.kind === 'ReplicaSet' && hash !== undefined && owner.name.endsWith(suffix);
  return generated ? owner.name.slice(0, -suffix.length) : owner.name;
}

/** Namespace and name, as log lines and directories name a pod. */
export function podTitle(pod: Pod): string {
  return `${pod.metadata?.namespace ?? ''}/${pod.metadata?.name ?? ''}`;
}
