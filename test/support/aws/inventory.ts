/** Everything in an account that a run could leave behind. */
import { DescribeAutoScalingGroupsCommand } from '@aws-sdk/client-auto-scaling';
import { DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import {
  DescribeAddressesCommand,
  DescribeInternetGatewaysCommand,
  DescribeLaunchTemplatesCommand,
  DescribeNatGatewaysCommand,
  DescribeNetworkInterfacesCommand,
  DescribeRouteTablesCommand,
  DescribeSecurityGroupsCommand,
  DescribeSubnetsCommand,
  DescribeVpcsCommand,
} from '@aws-sdk/client-ec2';
import { ListAddonsCommand, ListClustersCommand, ListNodegroupsCommand } from '@aws-sdk/client-eks';
import { DescribeLoadBalancersCommand as DescribeClassicCommand } from '@aws-sdk/client-elastic-load-balancing';
import {
  DescribeLoadBalancersCommand,
  DescribeTargetGroupsCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { ListOpenIDConnectProvidersCommand, ListRolesCommand } from '@aws-sdk/client-iam';
import { createClients } from '../../../activities/aws/clients.ts';
import type { AwsClients } from '../../../activities/aws/clients.ts';

/** Ids by kind of thing. */
export type Inventory = Readonly<Record<string, readonly string[]>>;

/** Clients of an account of the emulator. */
export function clientsOf(endpoint: string, account: string, region: string): AwsClients {
  const credentials = { accessKeyId: account, secretAccessKey: 'test' };
  return createClients({ region, endpoint, credentials });
}

/** Lists an account; stacks that are deleted do not count. */
export async function inventory({ ec2, ...aws }: AwsClients): Promise<Inventory> {
  const { clusters = [] } = await aws.eks.send(new ListClustersCommand({}));
  const inCluster = await Promise.all(clusters.map((name) => listCluster(aws.eks, name)));
  const [stacks, roles, providers, groups, classic, v2, targets] = await Promise.all([
    aws.cloudFormation.send(new DescribeStacksCommand({})),
    aws.iam.send(new ListRolesCommand({})),
    aws.iam.send(new ListOpenIDConnectProvidersCommand({})),
    aws.autoScaling.send(new DescribeAutoScalingGroupsCommand({})),
    aws.elb.send(new DescribeClassicCommand({})),
    aws.elbV2.send(new DescribeLoadBalancersCommand({})),
    aws.elbV2.send(new DescribeTargetGroupsCommand({})),
  ]);
  return {
    clusters,
    inCluster: inCluster.flat().sort(),
    stacks: ids(stacks.Stacks, ({ StackName }) => StackName),
    roles: ids(roles.Roles, ({ RoleName }) => RoleName),
    identityProviders: ids(providers.OpenIDConnectProviderList, ({ Arn }) => Arn),
    autoScalingGroups: ids(groups.AutoScalingGroups, (one) => one.AutoScalingGroupName),
    loadBalancers: [
      ...ids(classic.LoadBalancerDescriptions, (one) => one.LoadBalancerName),
      ...ids(v2.LoadBalancers, (one) => one.LoadBalancerName),
    ],
    targetGroups: ids(targets.TargetGroups, ({ TargetGroupArn }) => TargetGroupArn),
    ...(await listNetworks(ec2)),
  };
}

async function listNetworks(ec2: AwsClients['ec2']): Promise<Inventory> {
  const nat = { Filter: [{ Name: 'state', Values: ['pending', 'available', 'deleting', 'failed'] }] };
  const [vpcs, subnets, tables, gateways, nats, addresses, groups, interfaces, templates] = await Promise.all(
    [
      ec2.send(new DescribeVpcsCommand({})),
      ec2.send(new DescribeSubnetsCommand({})),
      ec2.send(new DescribeRouteTablesCommand({})),
      ec2.send(new DescribeInternetGatewaysCommand({})),
      ec2.send(new DescribeNatGatewaysCommand(nat)),
      ec2.send(new DescribeAddressesCommand({})),
      ec2.send(new DescribeSecurityGroupsCommand({})),
      ec2.send(new DescribeNetworkInterfacesCommand({})),
      ec2.send(new DescribeLaunchTemplatesCommand({})),
    ],
  );
  return {
    vpcs: ids(vpcs.Vpcs, ({ VpcId }) => VpcId),
    subnets: ids(subnets.Subnets, ({ SubnetId }) => SubnetId),
    routeTables: ids(tables.RouteTables, ({ RouteTableId }) => RouteTableId),
    internetGateways: ids(gateways.InternetGateways, (one) => one.InternetGatewayId),
    natGateways: ids(nats.NatGateways, ({ NatGatewayId }) => NatGatewayId),
    addresses: ids(addresses.Addresses, ({ AllocationId }) => AllocationId),
    securityGroups: ids(groups.SecurityGroups, ({ GroupId }) => GroupId),
    networkInterfaces: ids(interfaces.NetworkInterfaces, (one) => one.NetworkInterfaceId),
    launchTemplates: ids(templates.LaunchTemplates, (one) => one.LaunchTemplateName),
  };
}

async function listCluster(eks: AwsClients['eks'], clusterName: string): Promise<string[]> {
  const [{ nodegroups = [] }, { addons = [] }] = await Promise.all([
    eks.send(new ListNodegroupsCommand({ clusterName })),
    eks.send(new ListAddonsCommand({ clusterName })),
  ]);
  return [...nodegroups, ...addons].map((name) => `${clusterName}/${name}`);
}

function ids<One>(list: readonly One[] = [], idOf: (one: One) => string | undefined): string[] {
  return list.map((one) => idOf(one) ?? '').sort();
}
