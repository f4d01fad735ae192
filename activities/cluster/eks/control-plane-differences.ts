import type { Cluster } from '@aws-sdk/client-eks';
import type { EksConfig } from '../../../domain/spec/schema/eks-config.ts';
import { describeCluster } from './cluster.ts';
import type { EksOperation } from './operation.ts';

/**
 * How the control plane of a cluster that is there differs from what the spec says of it. Sluice changes none of it.
 * @param operation the cluster
 * @param config what the document says
 */
export async function controlPlaneDifferences(operation: EksOperation, config: EksConfig): Promise<string[]> {
  const cluster = await describeCluster(operation);
  if (cluster === null) return [];
  return settings(config, cluster).flatMap(({ field, wanted, found }) =>
    wanted === undefined || wanted === found ? [] : [`${field} is ${found}, the spec says ${wanted}`],
  );
}

interface Setting {
  /** The field of the spec. */
  readonly field: string;
  readonly wanted: boolean | string | undefined;
  readonly found: boolean | string;
}

function settings({ vpc, accessConfig, secretsEncryption }: EksConfig, cluster: Cluster): Setting[] {
  const { resourcesVpcConfig: network = {} } = cluster;
  return [
    {
      field: 'vpc.clusterEndpoints.publicAccess',
      wanted: vpc?.clusterEndpoints?.publicAccess,
      found: network.endpointPublicAccess ?? true,
    },
    {
      field: 'vpc.clusterEndpoints.privateAccess',
      wanted: vpc?.clusterEndpoints?.privateAccess,
      found: network.endpointPrivateAccess ?? false,
    },
    {
      field: 'vpc.publicAccessCIDRs',
      wanted: vpc?.publicAccessCIDRs && listed(vpc.publicAccessCIDRs),
      found: listed(network.publicAccessCidrs ?? []),
    },
    {
      field: 'accessConfig.authenticationMode',
      wanted: accessConfig?.authenticationMode,
      found: cluster.accessConfig?.authenticationMode ?? 'not told by EKS',
    },
    {
      field: 'secretsEncryption.keyARN',
      wanted: secretsEncryption?.keyARN,
      found: cluster.encryptionConfig?.[0]?.provider?.keyArn ?? 'none',
    },
  ];
}

function listed(values: readonly string[]): string {
  return [...values].sort().join(', ');
}
