import { DescribeNodegroupCommand, type Nodegroup, paginateListNodegroups } from '@aws-sdk/client-eks';
import { nodeGroupNameTag } from '../../../../domain/eks.ts';
import { ask, unless } from '../../../aws/call.ts';
import { collect } from '../../../aws/pages.ts';
import type { EksOperation } from '../operation.ts';
import { isComplete } from '../stack.ts';
import { otherStacks } from '../stacks.ts';

/**
 * Names of the cluster's node groups: managed ones by EKS, others by the stacks that eksctl makes for them.
 * @param operation the cluster
 */
export async function nodeGroupNames(operation: EksOperation): Promise<string[]> {
  const managed = await managedNames(operation);
  const stacks = (await otherStacks(operation)).filter(({ StackStatus }) => isComplete(StackStatus));
  const tagged = stacks.flatMap(({ Tags = [] }) =>
    Tags.filter(({ Key }) => Key === nodeGroupNameTag).map(({ Value = '' }) => Value),
  );
  return [...new Set([...managed, ...tagged])].sort();
}

/**
 * A managed node group as EKS has it.
 * @returns null when there is none of that name
 */
export async function describeNodeGroup(
  { aws, cluster }: EksOperation,
  nodegroupName: string,
): Promise<Nodegroup | null> {
  const command = new DescribeNodegroupCommand({ clusterName: cluster, nodegroupName });
  const answer = await unless(
    (error) => error === 'ResourceNotFoundException',
    () =>
      ask(`describe node group ${nodegroupName} of ${cluster}`, (options) => aws.eks.send(command, options)),
  );
  return answer?.nodegroup ?? null;
}

async function managedNames({ aws: { eks }, cluster }: EksOperation): Promise<string[]> {
  return await ask(`list the node groups of ${cluster}`, () =>
    collect(
      paginateListNodegroups({ client: eks }, { clusterName: cluster }),
      ({ nodegroups = [] }) => nodegroups,
    ),
  );
}
