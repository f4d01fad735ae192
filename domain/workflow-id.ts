/** Business ids of workflows: one open rollout per cluster, namespace and host. */
import type { ClusterSpec, DeliverySpec, Document } from './spec/document.ts';
import { changedHosts } from './stage-plan.ts';

/** `rollout/<cluster>/<namespace>/<host>`: the host is the first whose weights change, or the first of all. */
export function rolloutId({ spec }: Document): string {
  return `rollout/${clusterName(spec.cluster)}/${spec.namespace}/${leadingHost(spec)}`;
}

/** The service that a rollout is about: the first whose weights change, or the first of all. */
export function leadingHost({ stages, services }: Pick<DeliverySpec, 'stages' | 'services'>): string {
  return changedHosts(stages)[0] ?? services[0]?.host ?? '';
}

/** Id of the workflow that removes what a rollout made. */
export function teardownId(rollout: string): string {
  return `teardown/${rollout}`;
}

/** Id of the workflow that puts the traffic of a rollout back. */
export function restoreId(rollout: string): string {
  return `restore/${rollout}`;
}

/** Name of a cluster as a spec gives it. */
export function clusterName(cluster: ClusterSpec): string {
  switch (cluster.provider) {
    case 'lab':
      return cluster.name;
    case 'kubeconfig':
      return cluster.context ?? 'current';
    case 'eks':
      // Names of EKS clusters are unique within a region only.
      return [cluster.name, cluster.region].filter((part) => part !== null).join('.');
  }
}
