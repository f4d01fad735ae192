/** What a rollout would do about its cluster, found out without doing any of it. */

export interface ClusterPlan {
  /** Whether the cluster would be made, or is used as it is. */
  readonly action: 'create' | 'use';
  /** One line: which cluster, and where. */
  readonly cluster: string;
  /** What would be made, in that order. */
  readonly creates: readonly PlannedResource[];
  /** What would be changed of a cluster that is there, in words. */
  readonly changes: readonly string[];
  /** What of a cluster that is there differs from the spec and stays as it is, in words. */
  readonly differences: readonly string[];
  /** What it would cost for as long as it is there, as far as the spec tells. */
  readonly costs: readonly string[];
}

export interface PlannedResource {
  readonly kind: string;
  readonly name: string;
  readonly details: string;
}

/** A plan to use what is there. */
export function useAsItIs(cluster: string): ClusterPlan {
  return { action: 'use', cluster, creates: [], changes: [], differences: [], costs: [] };
}
