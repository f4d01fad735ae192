import type { ClusterConnection, ObjectRef } from '../../domain/rollout.ts';
import type { AddonsSpec, MeshSpec } from '../../domain/spec/document.ts';
import type { ActivityDeps } from '../deps.ts';
import { removeMade } from '../kubernetes/index.ts';
import { abandonAddons } from './addons/abandon.ts';
import { applyAddons, type AppliedAddons } from './addons/apply.ts';
import { awaitAddons } from './addons/await.ts';
import { concealService } from './addons/exposure.ts';
import { ensureMesh, type EnsuredMesh, type WantedMesh } from './ensure.ts';
import { disableInjection, enableInjection } from './injection.ts';
import { meshVersion } from './survey/mesh-version.ts';
import { markedRevisions, ownMarks } from './mark.ts';
import { findAddOns } from './release/index.ts';
import { uninstall, whyKept, type MeshRemoval } from './uninstall.ts';
import { verify } from './verify.ts';

interface InCluster {
  readonly connection: ClusterConnection;
}

interface InNamespace extends InCluster {
  readonly namespace: string;
}

/** Activities around the mesh. */
export function createMeshActivities({ clients, istio }: Pick<ActivityDeps, 'clients' | 'istio'>) {
  const tools = (connection: ClusterConnection) => ({
    source: istio,
    connection,
    client: clients(connection),
  });
  return {
    /**
     * Sees to the mesh: installs Istio where there is none, upgrades it where the spec says so. `PrecheckFailed` when
     * its own check of the cluster says not to, `InvalidTarget` when spec, mesh and Kubernetes do not go together.
     */
    installMesh: async ({ connection, ...wanted }: InCluster & WantedMesh): Promise<EnsuredMesh> => {
      return await ensureMesh(tools(connection), wanted);
    },

    /** Has new pods of the namespace get the sidecar of its mesh; `created` when this run saw to that. */
    labelNamespace: async ({
      connection,
      namespace,
      mesh,
    }: InNamespace & { mesh: MeshSpec }): Promise<{ created: boolean }> => {
      return { created: await enableInjection(clients(connection), namespace, mesh) };
    },

    /** Waits until the namespace's control plane is Available, and the gateways of an install of this run. */
    verifyMesh: async ({
      connection,
      ...subject
    }: InNamespace & { mesh: MeshSpec }): Promise<{ deployments: string[] }> => {
      return { deployments: await verify(clients(connection), subject) };
    },

    /** Removes revisions of Istio that runs installed; `InvalidTarget` where pods of others use them. */
    uninstallMesh: async ({
      connection,
      revisions,
    }: InCluster & { revisions: readonly string[] }): Promise<void> => {
      await uninstall(tools(connection), revisions);
    },

    /** Why a teardown would leave the mesh as it is; null where it would remove it. Changes nothing. */
    planMeshRemoval: async ({
      connection,
      ...removal
    }: InCluster & MeshRemoval): Promise<{ kept: string | null }> => {
      return { kept: await whyKept(clients(connection), connection, removal) };
    },

    /** Applies add-ons of the mesh's release; those that were there stay as they are. */
    applyAddons: async ({
      connection,
      addons,
    }: InCluster & { addons: AddonsSpec }): Promise<AppliedAddons> => {
      const client = clients(connection);
      const directory = await findAddOns(istio, connection, await meshVersion(client));
      return await applyAddons(client, directory, addons);
    },

    /** Waits until add-ons are Available; the addresses of those that are exposed. */
    awaitAddons: async ({
      connection,
      addons,
      namespace,
    }: InNamespace & { addons: AddonsSpec }): Promise<{ addresses: Record<string, string> }> => {
      return { addresses: await awaitAddons(clients(connection), addons, namespace) };
    },

    /** Removes what a run made of add-ons, and closes those that it exposed. */
    removeAddons: async ({
      connection,
      objects,
      exposed,
    }: InCluster & { objects: readonly ObjectRef[]; exposed: readonly ObjectRef[] }): Promise<void> => {
      const client = clients(connection);
      for (const service of exposed) await concealService(client, service);
      await removeMade(client, objects);
    },

    /** Removes a mesh whose install by this run did not end; its name, or nothing where this run began none. */
    abandonMesh: async ({ connection }: InCluster): Promise<string[]> => {
      const revisions = markedRevisions(await ownMarks(clients(connection)));
      if (revisions.length === 0) return [];
      await uninstall(tools(connection), revisions);
      return ['Istio'];
    },

    /** Removes what a step left of add-ons that did not end; the names of it. */
    abandonAddons: async ({ connection, addons }: InCluster & { addons: AddonsSpec }): Promise<string[]> => {
      const client = clients(connection);
      const directory = await findAddOns(istio, connection, await meshVersion(client));
      return await abandonAddons(client, directory, addons);
    },

    /** Takes the namespace's label back. */
    unlabelNamespace: async ({ connection, namespace }: InNamespace): Promise<void> => {
      await disableInjection(clients(connection), namespace);
    },
  };
}
