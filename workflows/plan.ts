/** Finds out what a rollout would make of its cluster, or a teardown take away, and does nothing of it. */
import type { ClusterPlan } from '../domain/plan.ts';
import { read } from './activities.ts';
import type { PlanInput, TeardownInput, TeardownPlan } from './messages.ts';

/** Asks a worker, which has the credentials that the rollout would use. */
export async function plan({ cluster }: PlanInput): Promise<ClusterPlan> {
  return await read.planCluster.executeWithOptions({ summary: `plan ${cluster.provider}` }, [{ cluster }]);
}

/** Asks a worker whether pods of others would lose the mesh by a teardown. */
export async function planTeardown({ connection, created }: TeardownInput): Promise<TeardownPlan> {
  const { revisions = ['default'], objects, backends = [], addons = [] } = created;
  const args = { connection, revisions, objects: [...objects, ...backends, ...addons] };
  const { kept } = await read.planMeshRemoval.executeWithOptions({ summary: 'look at who uses the mesh' }, [
    args,
  ]);
  return { meshKept: kept };
}
