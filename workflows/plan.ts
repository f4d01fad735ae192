/** Finds out what a rollout would make of its cluster, and makes nothing. */
import type { ClusterPlan } from '../domain/plan.ts';
import { read } from './activities.ts';
import type { PlanInput } from './messages.ts';

/** Asks a worker, which has the credentials that the rollout would use. */
export async function plan({ cluster }: PlanInput): Promise<ClusterPlan> {
  return await read.planCluster.executeWithOptions({ summary: `plan ${cluster.provider}` }, [{ cluster }]);
}
