import type { ClusterConnection } from '../../domain/rollout.ts';
import type { ClusterPlan } from '../../domain/plan.ts';
import type { ClusterSpec } from '../../domain/spec/document.ts';
import type { ActivityDeps } from '../deps.ts';
import { requireGatewayApi } from '../traffic/routing/gateway-api.ts';
import type { RoutedBy } from '../traffic/routing/router-of.ts';
import { eksProvider } from './eks/index.ts';
import { kubeconfigProvider } from './kubeconfig.ts';
import { labProvider } from './lab.ts';
import type { ClusterProvider } from './provider.ts';
import { awaitKubeSystem, awaitNodes, awaitRoom } from './readiness.ts';

interface InCluster {
  readonly connection: ClusterConnection;
}

/** Activities around the cluster itself. */
export function createClusterActivities(deps: Omit<ActivityDeps, 'draining'>) {
  const lab = labProvider(deps);
  const kubeconfig = kubeconfigProvider(deps);
  const eks = eksProvider(deps);
  const removers: Readonly<Record<string, Pick<ClusterProvider, 'remove'>>> = { lab, kubeconfig, eks };

  return {
    /** Tells what would become of the cluster of a spec; changes nothing. */
    planCluster: async ({ cluster }: { cluster: ClusterSpec }): Promise<ClusterPlan> => {
      switch (cluster.provider) {
        case 'lab':
          return await lab.plan(cluster);
        case 'kubeconfig':
          return await kubeconfig.plan(cluster);
        case 'eks':
          return await eks.plan(cluster);
      }
    },

    /** Makes sure that the cluster of the spec is there and answers. */
    ensureCluster: async ({ cluster }: { cluster: ClusterSpec }): Promise<ClusterConnection> => {
      switch (cluster.provider) {
        case 'lab':
          return await lab.ensure(cluster);
        case 'kubeconfig':
          return await kubeconfig.ensure(cluster);
        case 'eks':
          return await eks.ensure(cluster);
      }
    },

    /**
     * Waits until a new cluster's nodes are Ready, and the pods of kube-system run; of one that was there, until it has
     * room. Fails with `InvalidTarget` where the spec's routes need an API that the cluster has not, before anything is put into it.
     */
    awaitCluster: async ({
      connection,
      routing,
    }: InCluster & RoutedBy): Promise<{ nodes: string[]; pods: number }> => {
      const client = deps.clients(connection);
      if (routing === 'gateway-api') await requireGatewayApi(client);
      if (!connection.created) return { nodes: await awaitRoom(client), pods: 0 };
      return { nodes: await awaitNodes(client), pods: await awaitKubeSystem(client) };
    },

    /** Removes what is left of a cluster that this run did not get ready; answers by name what it was. */
    abandonCluster: async ({ cluster }: { cluster: ClusterSpec }): Promise<string[]> => {
      return cluster.provider === 'eks' ? await eks.abandon(cluster) : [];
    },

    /** Deletes a cluster that a run created; `removed` is false when it was not there any more. */
    deleteCluster: async ({ connection }: InCluster): Promise<{ removed: boolean }> => {
      const remover = removers[connection.provider];
      return { removed: remover !== undefined && (await remover.remove(connection)) };
    },
  };
}
