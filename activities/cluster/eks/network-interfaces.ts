import {
  DeleteNetworkInterfaceCommand,
  type NetworkInterface,
  paginateDescribeNetworkInterfaces,
} from '@aws-sdk/client-ec2';
import { ask, change, unless } from '../../aws/call.ts';
import { collect } from '../../aws/pages.ts';
import type { EksOperation } from './operation.ts';

/** Tag of the VPC CNI; its value is the cluster's name. */
const clusterTag = 'cluster.k8s.amazonaws.com/name';

/**
 * Deletes network interfaces of the cluster that are unused: the VPC CNI leaves some when nodes end, and they keep
 * security groups and subnets alive (https://github.com/aws/amazon-vpc-cni-k8s/issues/608). What others have put into
 * the network is theirs.
 * @param operation the cluster
 * @param network id of its VPC
 */
export async function releaseInterfaces(operation: EksOperation, network: string): Promise<void> {
  const unused = await unusedInterfaces(operation, network);
  for (const { NetworkInterfaceId } of unused.filter((one) => isOf(operation.cluster, one))) {
    operation.tell(`deleting network interface ${NetworkInterfaceId}`);
    // Another controller may take or remove one at the same time.
    await unless(
      (name) => name === 'InvalidNetworkInterfaceID.NotFound' || name === 'InvalidParameterValue',
      () =>
        change(`delete network interface ${NetworkInterfaceId}`, (options) =>
          operation.aws.ec2.send(new DeleteNetworkInterfaceCommand({ NetworkInterfaceId }), options),
        ),
    );
  }
}

async function unusedInterfaces(
  { aws: { ec2 } }: EksOperation,
  network: string,
): Promise<NetworkInterface[]> {
  const Filters = [
    { Name: 'vpc-id', Values: [network] },
    { Name: 'status', Values: ['available'] },
  ];
  return await ask('list the unused network interfaces', () =>
    collect(
      paginateDescribeNetworkInterfaces({ client: ec2 }, { Filters }),
      ({ NetworkInterfaces = [] }) => NetworkInterfaces,
    ),
  );
}

/** By the tag of the VPC CNI, which older releases do not set; by its words, EKS's, or the cluster's security group. */
function isOf(cluster: string, { TagSet = [], Description = '', Groups = [] }: NetworkInterface): boolean {
  const named = TagSet.find(({ Key }) => Key === clusterTag)?.Value;
  if (named !== undefined) return named === cluster;
  return (
    Description.startsWith('aws-K8S-') ||
    Description === `Amazon EKS ${cluster}` ||
    Groups.some(({ GroupName = '' }) => GroupName.startsWith(`eks-cluster-sg-${cluster}-`))
  );
}
