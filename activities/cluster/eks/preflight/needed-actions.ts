import { clusterStackName } from '../../../../domain/eks.ts';
import type { Identity } from './identity.ts';

/** Actions on one resource. */
export interface NeededActions {
  /** ARN, or `*` for actions that know none before the resource is there. */
  readonly resource: string;
  readonly actions: readonly string[];
}

/** The actions without which a cluster cannot be made: the ones that people miss, not all of deploy/iam. */
export function neededActions(cluster: string, { account, arn, region }: Identity): NeededActions[] {
  const partition = arn.split(':')[1] ?? 'aws';
  const at = `${region}:${account}`;
  return [
    {
      resource: `arn:${partition}:cloudformation:${at}:stack/${clusterStackName(cluster)}/*`,
      actions: ['cloudformation:CreateStack', 'cloudformation:DescribeStacks', 'cloudformation:DeleteStack'],
    },
    {
      resource: `arn:${partition}:eks:${at}:cluster/${cluster}`,
      actions: ['eks:CreateCluster', 'eks:DescribeCluster', 'eks:CreateAddon', 'eks:CreateNodegroup'],
    },
    {
      resource: `arn:${partition}:iam::${account}:role/${clusterStackName(cluster)}-ServiceRole`,
      actions: ['iam:CreateRole', 'iam:AttachRolePolicy', 'iam:PassRole'],
    },
    {
      resource: '*',
      actions: ['ec2:CreateVpc', 'ec2:CreateNatGateway', 'ec2:AllocateAddress', 'ec2:CreateLaunchTemplate'],
    },
  ];
}
