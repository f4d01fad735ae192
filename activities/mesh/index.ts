import type { ClusterConnection } from '../../domain/rollout.ts';
import type { MeshSpec } from '../../domain/spec/document.ts';
import type { ActivityDeps } from '../deps.ts';
import { disableInjection, enableInjection } from './injection.ts';
import { install, type Installed } from './install.ts';
import { precheck } from './precheck.ts';
import { uninstall } from './uninstall.ts';
import { verify } from './verify.ts';

interface InCluster {
  readonly connection: ClusterConnection;
}

interface InNamespace extends InCluster {
  readonly namespace: string;
}

interface Checked extends Installed {
  /** What Istio's own check of the cluster said. */
  readonly findings: readonly string[];
}

/** Activities around the mesh. */
export function createMeshActivities({ clients }: Pick<ActivityDeps, 'clients'>) {
  return {
    /** Installs Istio where there is none; `PrecheckFailed` when its own check of the cluster says not to. */
    installMesh: async ({ connection, mesh }: InCluster & { mesh: MeshSpec }): Promise<Checked> => {
      const findings = await precheck(connection, clients(connection));
      return { findings, ...(await install(connection, clients(connection), mesh)) };
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
      await uninstall(connection, clients(connection));
    },

    /** Takes the namespace's label back. */
    unlabelNamespace: async ({ connection, namespace }: InNamespace): Promise<void> => {
      await disableInjection(clients(connection), namespace);
    },
  };
}
