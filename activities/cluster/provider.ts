import type { ClusterSpec } from '../../domain/spec/document.ts';
import type { ClusterConnection } from '../../domain/rollout.ts';

/** A way to come by a cluster. One file each; `index.ts` knows which is which. */
export interface ClusterProvider<Spec extends ClusterSpec = ClusterSpec> {
  /** Makes sure that the cluster is there and answers. */
  ensure(spec: Spec): Promise<ClusterConnection>;
  /** Deletes a cluster that a run created; no cluster is fine. */
  remove(connection: ClusterConnection): Promise<void>;
}

/** The spec of one provider, by its name. */
export type SpecOf<Provider extends ClusterSpec['provider']> = Extract<ClusterSpec, { provider: Provider }>;
