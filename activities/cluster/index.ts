import type { ClusterConnection } from '../../domain/rollout.ts';
import type { ClusterSpec } from '../../domain/spec/document.ts';
import type { ActivityDeps } from '../deps.ts';
import { kubeconfigProvider } from './kubeconfig.ts';
import { labProvider } from './lab.ts';
import type { ClusterProvider } from './provider.ts';
import { awaitKubeSystem, awaitNodes } from './readiness.ts';

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

    /** Waits until there is a node, and all of them are Ready. */
    awaitNodesReady: async ({
      connection,
    }: {
      connection: ClusterConnection;
    }): Promise<{ nodes: string[] }> => {
      return { nodes: await awaitNodes(deps.clients(connection)) };
    },

    /** Waits until the pods of kube-system run. */
    awaitSystemPods: async ({ connection }: { connection: ClusterConnection }): Promise<{ pods: number }> => {
      return { pods: await awaitKubeSystem(deps.clients(connection)) };
    },

    /** Deletes a cluster that a run created. */
    deleteCluster: async ({ connection }: { connection: ClusterConnection }): Promise<void> => {
      await removers[connection.provider]?.remove(connection);
    },
  };
}
