/** Options that name a cluster, in the place of a rollout's. */
export interface ClusterOptions {
  readonly kubeconfig?: string;
  readonly context?: string;
}

/** Whether a person names the cluster themselves. */
export function namesCluster({ kubeconfig, context }: ClusterOptions): boolean {
  return kubeconfig !== undefined || context !== undefined;
}
