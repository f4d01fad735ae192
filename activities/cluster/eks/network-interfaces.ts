import { DeleteNetworkInterfaceCommand, DescribeNetworkInterfacesCommand } from '@aws-sdk/client-ec2';
import { ask, change, unless } from '../../aws/call.ts';
import type { Errand } from './errand.ts';

/**
 * Deletes network interfaces of a network that nobody uses: the VPC CNI leaves some when nodes end, and they keep
 * security groups and subnets alive (https://github.com/aws/amazon-vpc-cni-k8s/issues/608).
 */
export async function releaseInterfaces({ aws: { ec2 }, tell }: Errand, network: string): Promise<void> {
  const command = new DescribeNetworkInterfacesCommand({
    Filters: [
      { Name: 'vpc-id', Values: [network] },
      { Name: 'status', Values: ['available'] },
    ],
  });
  const { NetworkInterfaces = [] } = await ask('list the network interfaces that nobody uses', (options) =>
    ec2.send(command, options),
  );
  for (const { NetworkInterfaceId } of NetworkInterfaces) {
    tell(`deleting network interface ${NetworkInterfaceId}`);
    await unless(
      (name) => name === 'InvalidNetworkInterfaceID.NotFound',
      () =>
        change(`delete network interface ${NetworkInterfaceId}`, (options) =>
          ec2.send(new DeleteNetworkInterfaceCommand({ NetworkInterfaceId }), options),
        ),
    );
  }
}
