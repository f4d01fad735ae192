import {
  DescribeStackResourcesCommand,
  paginateDescribeStacks,
  type Stack,
} from '@aws-sdk/client-cloudformation';
import { clusterNameTag, clusterStackName } from '../../../domain/eks.ts';
import { ask } from '../../aws/call.ts';
import { collect } from '../../aws/pages.ts';
import type { EksOperation } from './operation.ts';

/** Stacks of the cluster besides its own, by eksctl's tag: node groups, and whatever eksctl added later; newest first. */
export async function otherStacks({ aws, cluster }: EksOperation): Promise<Stack[]> {
  const found = await ask('list the stacks of the cluster', () =>
    collect(paginateDescribeStacks({ client: aws.cloudFormation }, {}), ({ Stacks = [] }) => Stacks),
  );
  return found
    .filter((stack) => isOf(cluster, stack) && stack.StackName !== clusterStackName(cluster))
    .sort((a, b) => timeOf(b) - timeOf(a));
}

/** The cluster's VPC; null when its stack has none, or none any more. */
export async function networkOf(
  { aws }: EksOperation,
  { StackId, StackName }: Stack,
): Promise<string | null> {
  const { StackResources = [] } = await ask(`list the resources of stack ${StackName}`, (options) =>
    aws.cloudFormation.send(new DescribeStackResourcesCommand({ StackName: StackId }), options),
  );
  const network = StackResources.find(({ ResourceType }) => ResourceType === 'AWS::EC2::VPC');
  return network?.ResourceStatus === 'DELETE_COMPLETE' ? null : (network?.PhysicalResourceId ?? null);
}

function isOf(cluster: string, { Tags = [] }: Stack): boolean {
  return Tags.some(({ Key, Value }) => Key === clusterNameTag && Value === cluster);
}

function timeOf({ CreationTime }: Stack): number {
  return CreationTime?.getTime() ?? 0;
}
