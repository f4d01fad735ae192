import {
  DescribeUpdateCommand,
  type Update,
  UpdateNodegroupConfigCommand,
  UpdateNodegroupVersionCommand,
} from '@aws-sdk/client-eks';
import { ApplicationFailure, log } from '@temporalio/activity';
import { FailureType } from '../../../../domain/failure.ts';
import { ask, change } from '../../../aws/call.ts';
import type { EksOperation } from '../operation.ts';
import { compareNodeGroup, type NodeGroupComparison, type Sizes } from './compare.ts';
import { describeNodeGroup } from './find.ts';
import type { EksClusterToMake } from '../new-cluster.ts';
import type { GivenNodeGroup } from '../../../../domain/spec/schema/node-group.ts';

/** Longest wait for an update, in ms: each node is replaced by another, eksctl waits as long. */
const updateTimeout = 60 * 60_000;

/**
 * Gives the node groups of a cluster that is there the sizes and version that the spec says, as `eksctl scale nodegroup`
 * and `eksctl upgrade nodegroup` do. What differs and cannot be changed is logged.
 * @param operation the cluster
 * @param spec the cluster as the document has it
 * @throws ApplicationFailure `CreationFailed` when EKS cannot carry an update out, with its reason
 */
export async function updateNodeGroups(operation: EksOperation, spec: EksClusterToMake): Promise<void> {
  for (const group of spec.managedNodeGroups) await updateNodeGroup(operation, group, spec.version);
}

async function updateNodeGroup(
  operation: EksOperation,
  given: GivenNodeGroup,
  wanted: string | null,
): Promise<void> {
  const { name, sizes, version, differences } = await compareSettled(operation, given, wanted);
  for (const difference of differences)
    log.warn(`EKS cluster ${operation.cluster}, node group ${name}: ${difference}`);
  if (sizes !== null) await scale(operation, name, sizes);
  if (version !== null) await upgrade(operation, name, version);
}

/** EKS takes one update of a group at a time: one that is under way may be this run's own. */
async function compareSettled(
  operation: EksOperation,
  given: GivenNodeGroup,
  version: string | null,
): Promise<NodeGroupComparison> {
  const { name } = await compareNodeGroup(operation, given, version);
  const wait = { until: `node group ${name} is updated`, timeout: updateTimeout };
  await operation.until(wait, async () => {
    const status = (await describeNodeGroup(operation, name))?.status;
    return status === 'UPDATING' || status === 'CREATING'
      ? { missing: `node group ${name} is ${status}` }
      : { done: null };
  });
  return await compareNodeGroup(operation, given, version);
}

async function scale(
  operation: EksOperation,
  nodegroupName: string,
  { minSize, desiredCapacity, maxSize }: Sizes,
): Promise<void> {
  const command = new UpdateNodegroupConfigCommand({
    clusterName: operation.cluster,
    nodegroupName,
    scalingConfig: { minSize, desiredSize: desiredCapacity, maxSize },
  });
  const words = `scale node group ${nodegroupName} to ${desiredCapacity}`;
  operation.tell(words);
  const { update } = await change(words, (options) => operation.aws.eks.send(command, options));
  await awaitUpdate(operation, nodegroupName, update);
}

async function upgrade(operation: EksOperation, nodegroupName: string, version: string): Promise<void> {
  const command = new UpdateNodegroupVersionCommand({
    clusterName: operation.cluster,
    nodegroupName,
    version,
  });
  const words = `upgrade node group ${nodegroupName} to Kubernetes ${version}`;
  operation.tell(words);
  const { update } = await change(words, (options) => operation.aws.eks.send(command, options));
  await awaitUpdate(operation, nodegroupName, update);
}

async function awaitUpdate(
  operation: EksOperation,
  nodegroupName: string,
  begun: Update | undefined,
): Promise<void> {
  const input = { name: operation.cluster, nodegroupName, updateId: begun?.id };
  const wait = { until: `node group ${nodegroupName} is updated`, timeout: updateTimeout };
  await operation.until(wait, async () => {
    const { update } = await ask(`look at the update of node group ${nodegroupName}`, (options) =>
      operation.aws.eks.send(new DescribeUpdateCommand(input), options),
    );
    if (update?.status === 'Successful') return { done: null };
    if (update?.status === 'InProgress')
      return { missing: `node group ${nodegroupName}: ${update.type} is in progress` };
    throw failed(nodegroupName, update);
  });
}

function failed(nodegroupName: string, update: Update | undefined): ApplicationFailure {
  const reasons = (update?.errors ?? []).map(
    ({ errorCode, errorMessage }) => `${errorCode}: ${errorMessage}`,
  );
  return ApplicationFailure.nonRetryable(
    `node group ${nodegroupName}: ${update?.type} is ${update?.status}: ${reasons.join('; ') || 'EKS gives no reason'}`,
    FailureType.creationFailed,
  );
}
