import type { ClusterConnection } from '../../domain/rollout.ts';
import type { MeshSpec } from '../../domain/spec/document.ts';
import type { ActivityDeps } from '../deps.ts';
import { ensureMesh, type EnsuredMesh } from './ensure.ts';
import { disableInjection, enableInjection } from './injection.ts';
import { uninstall } from './uninstall.ts';
import { verify } from './verify.ts';

interface InCluster {
  readonly connection: ClusterConnection;
}

interface InNamespace extends InCluster {
  readonly namespace: string;
}

/** Activities around the mesh. */
export function createMeshActivities({ clients, istio }: Pick<ActivityDeps, 'clients' | 'istio'>) {
  return {
    /**
     * Sees to the mesh: installs Istio where there is none, upgrades it where the spec says so. `PrecheckFailed` when
     * its own check of the cluster says not to, `InvalidTarget` when spec, mesh and Kubernetes do not go together.
     */
    installMesh: async ({ connection, mesh }: InCluster & { mesh: MeshSpec }): Promise<EnsuredMesh> => {
      return await ensureMesh(istio, connection, clients(connection), mesh);
    },

    /** Has new pods of the namespace get the sidecar; `created` when this run saw to that. */
    labelNamespace: async ({ connection, namespace }: InNamespace): Promise<{ created: boolean }> => {
      return { created: await enableInjection(clients(connection), namespace) };
    },

    /** Waits until control plane and gateways are Available; give the mesh to have its profile's gateways expected. */
    verifyMesh: async ({
      connection,
      mesh,
    }: InCluster & { mesh?: MeshSpec }): Promise<{ deployments: string[] }> => {
      return { deployments: await verify(clients(connection), mesh?.profile ?? null) };
    },

    /** Removes Istio and its namespace. */
    uninstallMesh: async ({ connection }: InCluster): Promise<void> => {
      await uninstall(istio, connection, clients(connection));
    },

    /** Takes the namespace's label back. */
    unlabelNamespace: async ({ connection, namespace }: InNamespace): Promise<void> => {
      await disableInjection(clients(connection), namespace);
    },
  };
}
