/** Business ids of workflows: one open rollout per cluster, namespace and host. */
import type { ClusterSpec, Document } from './spec/document.ts';
import { changedHosts } from './stage-plan.ts';

/** `rollout/<cluster>/<namespace>/<host>`: the host is the first whose weights change, or the first of all. */
export function rolloutId({ spec }: Document): string {
  const host = changedHosts(spec.stages)[0] ?? spec.services[0]?.host ?? '';
  return `rollout/${clusterName(spec.cluster)}/${spec.namespace}/${host}`;
}

/** Id of the workflow that removes what a rollout made. */
export function teardownId(rollout: string): string {
  return `teardown/${rollout}`;
}

function clusterName(cluster: ClusterSpec): string {
  return cluster.provider === 'lab' ? cluster.name : (cluster.context ?? 'current');
}
