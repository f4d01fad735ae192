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

/** Longest wait for an update, in ms: each node is replaced by another, eksctl waits as long. */
const updateTimeout = 60 * 60_000;

/**
 * Gives the node group of a cluster that is there the size and version that the spec says, as `eksctl scale nodegroup`
 * and `eksctl upgrade nodegroup` do. What differs and cannot be changed is logged.
 * @param operation the cluster
 * @param spec the cluster as the document has it
 * @throws ApplicationFailure `CreationFailed` when EKS cannot carry an update out, with its reason
 */
export async function updateNodeGroup(operation: EksOperation, spec: EksClusterToMake): Promise<void> {
  const { name, sizes, version, differences } = await compareSettled(operation, spec);
  for (const difference of differences)
    log.warn(`EKS cluster ${operation.cluster}, node group ${name}: ${difference}`);
  if (sizes !== null) await scale(operation, name, sizes);
  if (version !== null) await upgrade(operation, name, version);
}

/** EKS takes one update of a group at a time: one that is under way may be this run's own. */
async function compareSettled(operation: EksOperation, spec: EksClusterToMake): Promise<NodeGroupComparison> {
  const { name } = await compareNodeGroup(operation, spec);
  const wait = { until: `node group ${name} is updated`, timeout: updateTimeout };
  await operation.until(wait, async () => {
    const status = (await describeNodeGroup(operation, name))?.status;
    return status === 'UPDATING' || status === 'CREATING'
      ? { missing: `node group ${name} is ${status}` }
      : { done: null };
  });
  return await compareNodeGroup(operation, spec);
}

async function scale(
  operation: EksOperation,
  nodegroupName: string,
  { min, desired, max }: Sizes,
): Promise<void> {
  const command = new UpdateNodegroupConfigCommand({
    clusterName: operation.cluster,
    nodegroupName,
    scalingConfig: { minSize: min, desiredSize: desired, maxSize: max },
  });
  const words = `scale node group ${nodegroupName} to ${desired}`;
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
