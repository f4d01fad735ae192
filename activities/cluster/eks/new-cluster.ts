import { defaultEksVersion } from '../../../domain/defaults.ts';
import type { EksClusterSpec, NodeGroupSpec } from '../../../domain/spec/document.ts';
import type { EksConfig } from '../../../domain/spec/schema/eks-config.ts';
import { defaultNatMode } from '../../../manifests/eks/network.ts';
import { completeNodeGroups } from '../../../domain/spec/node-group.ts';

/** A cluster that is there or has to be made, as the spec describes it. */
export type EksClusterToMake = Extract<EksClusterSpec, { existing: false }>;

/** A cluster to make, every default filled in. */
export interface NewEksCluster {
  readonly name: string;
  readonly kubeconfig: string | null;
  readonly version: string;
  readonly nodeGroups: readonly NodeGroupSpec[];
  readonly config: EksConfig;
}

/**
 * Fills in the defaults of a cluster to make.
 * @param spec the cluster as the document has it
 */
export function withDefaults(spec: EksClusterToMake): NewEksCluster {
  const { name, kubeconfig, version, managedNodeGroups, config } = spec;
  return {
    name,
    kubeconfig,
    version: version ?? defaultEksVersion,
    nodeGroups: completeNodeGroups(managedNodeGroups),
    config,
  };
}

/**
 * How many NAT gateways a cluster gets, each with an elastic IP.
 * @param cluster the cluster
 * @param zones number of its availability zones
 */
export function natGatewaysOf({ config }: NewEksCluster, zones: number): number {
  const mode = config.vpc?.nat?.gateway ?? defaultNatMode;
  return { Disable: 0, Single: 1, HighlyAvailable: zones }[mode];
}
