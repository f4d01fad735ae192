import type { ClusterPlan } from '../../domain/plan.ts';
import type { ClusterSpec } from '../../domain/spec/document.ts';
import type { ClusterConnection } from '../../domain/rollout.ts';

/** A way to come by a cluster. One file each; `index.ts` knows which is which. */
export interface ClusterProvider<Spec extends ClusterSpec = ClusterSpec> {
  /** What `ensure` would do, after the checks that it begins with; changes nothing. */
  plan(spec: Spec): Promise<ClusterPlan>;
  /** Makes sure that the cluster is there and answers. */
  ensure(spec: Spec): Promise<ClusterConnection>;
  /** Deletes a cluster that a run created; answers whether it was there: no cluster is fine. */
  remove(connection: ClusterConnection): Promise<boolean>;
  /**
   * Removes what an `ensure` of this run that did not end has left; answers by name what it was. A provider
   * without it keeps what it has, and goes on from there.
   */
  abandon?(spec: Spec): Promise<string[]>;
}

/** The spec of one provider, by its name. */
export type SpecOf<Provider extends ClusterSpec['provider']> = Extract<ClusterSpec, { provider: Provider }>;
