import { defaultEksVersion } from '../../../domain/defaults.ts';
import type { EksClusterSpec, NodeGroupSpec } from '../../../domain/spec/document.ts';
import { completeNodeGroup } from '../../../domain/spec/node-group.ts';

/** A cluster that is there or has to be made, as the spec describes it. */
export type EksClusterToMake = Extract<EksClusterSpec, { existing: false }>;

/** A cluster to make, every default filled in. */
export interface NewEksCluster {
  readonly name: string;
  readonly kubeconfig: string | null;
  readonly version: string;
  readonly nodeGroup: NodeGroupSpec;
}

/**
 * Fills in the defaults of a cluster to make.
 * @param spec the cluster as the document has it
 */
export function withDefaults({ name, kubeconfig, version, nodeGroup }: EksClusterToMake): NewEksCluster {
  return {
    name,
    kubeconfig,
    version: version ?? defaultEksVersion,
    nodeGroup: completeNodeGroup(nodeGroup),
  };
}
