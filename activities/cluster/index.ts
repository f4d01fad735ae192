import type { ClusterConnection } from '../../domain/rollout.ts';
import type { ClusterSpec } from '../../domain/spec/document.ts';
import type { ActivityDeps } from '../deps.ts';
import { kubeconfigProvider } from './kubeconfig.ts';
import { labProvider } from './lab.ts';
import type { ClusterProvider } from './provider.ts';
import { awaitKubeSystem, awaitNodes } from './readiness.ts';

interface InCluster {
  readonly connection: ClusterConnection;
}

/** Activities around the cluster itself. */
export function createClusterActivities(deps: ActivityDeps) {
  const lab = labProvider(deps);
  const kubeconfig = kubeconfigProvider(deps);
  const removers: Readonly<Record<string, Pick<ClusterProvider, 'remove'>>> = { lab, kubeconfig };

  return {
    /** Makes sure that the cluster of the spec is there and answers. */
    ensureCluster: async ({ cluster }: { cluster: ClusterSpec }): Promise<ClusterConnection> => {
      return cluster.provider === 'lab' ? lab.ensure(cluster) : kubeconfig.ensure(cluster);
    },

    /** Waits until there is a node, and all of them are Ready; then until the pods of kube-system run. */
    awaitCluster: async ({ connection }: InCluster): Promise<{ nodes: string[]; pods: number }> => {
      const client = deps.clients(connection);
      return { nodes: await awaitNodes(client), pods: await awaitKubeSystem(client) };
    },

    /** Deletes a cluster that a run created. */
    deleteCluster: async ({ connection }: InCluster): Promise<void> => {
      await removers[connection.provider]?.remove(connection);
    },
  };
}
