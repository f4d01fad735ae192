import { log } from '@temporalio/activity';
import { clusterStackName, clusterTags, nodeGroupStackName, nodeGroupTags } from '../../../domain/eks.ts';
import type { NodeGroupSpec } from '../../../domain/spec/document.ts';
import { clusterTemplate } from '../../../manifests/eks/cluster-stack.ts';
import { nodeGroupTemplate } from '../../../manifests/eks/node-group-stack.ts';
import { messageOf } from '../../../domain/message-of.ts';
import { apiCode, unauthorized } from '../../kubernetes/failure.ts';
import type { ClusterClient } from '../../kubernetes/index.ts';
import type { Look } from '../../kubernetes/wait.ts';
import { awaitAddOns, createAddOns } from './add-ons.ts';
import { claimName, type IsOpen } from './claim.ts';
import type { EksOperation } from './operation.ts';
import { preflight, renewCredentials } from './preflight/index.ts';
import { type EksClusterToMake, type NewEksCluster, withDefaults } from './new-cluster.ts';
import { imageTypeOf } from './node-groups/image-type.ts';
import { updateNodeGroups } from './node-groups/update.ts';
import { removeFailedStack } from './stack-deletion.ts';
import { ensureStack } from './stack.ts';
import { checkExistingVersion } from './existing.ts';
import { withCreatedResources } from './created-resources.ts';

/** Longest wait for an API server that EKS calls active, in ms; eksctl's. */
const apiTimeout = 25 * 60_000;

/** What making a cluster needs besides AWS. */
export interface Making {
  readonly isOpen: IsOpen;
  /** The cluster's own API, once it is there. */
  readonly client: ClusterClient;
}

/**
 * Makes sure that the cluster is there, in eksctl's order: cluster, add-ons, an API server that answers, nodes. Every
 * step looks first, so that it can be done again from the start whenever it was cut off.
 * @returns whether this run made the cluster
 * @throws ApplicationFailure that tells what went wrong, and what this run has created until then
 */
export async function ensureEksCluster(
  operation: EksOperation,
  spec: EksClusterToMake,
  making: Making,
): Promise<boolean> {
  return await withCreatedResources(operation, () => ensure(operation, spec, making));
}

async function ensure(
  operation: EksOperation,
  spec: EksClusterToMake,
  { isOpen, client }: Making,
): Promise<boolean> {
  const claim = await claimName(operation, isOpen);
  const isOurs = claim === 'free' || claim === 'own';
  const cluster = withDefaults(spec);
  if (isOurs) await ensureClusterStack(operation, cluster);
  else await checkExistingVersion(operation, spec.version);
  if (claim === 'other') {
    log.info(`EKS cluster ${spec.name} is there, an earlier run made it`);
    await updateNodeGroups(operation, spec);
  } else {
    await makeUsable(operation, cluster, client);
  }
  return isOurs;
}

/** Add-ons and nodes for a control plane; a run that ended early may have left it without. */
async function makeUsable(
  operation: EksOperation,
  cluster: NewEksCluster,
  client: ClusterClient,
): Promise<void> {
  await createAddOns(operation, cluster);
  await awaitApi(operation, client);
  await ensureNodeGroups(operation, cluster);
  await awaitAddOns(operation, cluster);
}

/** What is known to go wrong is looked for while nothing is there; afterwards the stack itself tells. */
async function ensureClusterStack(operation: EksOperation, spec: NewEksCluster): Promise<void> {
  const { name, version, config } = spec;
  const template = async () => {
    operation.tell('checking the AWS account');
    const { zones } = await preflight(operation.aws, spec);
    return clusterTemplate({ name, version, zones, config });
  };
  await ensureStack(operation, {
    name: clusterStackName(name),
    template,
    tags: { ...config.tags, ...clusterTags(name) },
  });
}

/** One after the other: EKS makes each in minutes, and the first failure ends the step. */
async function ensureNodeGroups(operation: EksOperation, spec: NewEksCluster): Promise<void> {
  for (const group of spec.nodeGroups) await ensureNodeGroup(operation, spec, group);
}

async function ensureNodeGroup(
  operation: EksOperation,
  { name: cluster, config }: NewEksCluster,
  group: NodeGroupSpec,
): Promise<void> {
  const stackName = nodeGroupStackName(cluster, group.name);
  await removeFailedStack(operation, stackName);
  await ensureStack(operation, {
    name: stackName,
    template: async () => {
      const tags = { ...config.tags, ...group.tags };
      return nodeGroupTemplate({ ...group, tags, cluster, amiType: await imageTypeOf(operation.aws, group) });
    },
    tags: { ...config.tags, ...nodeGroupTags(cluster, group.name) },
  });
}

async function awaitApi(operation: EksOperation, client: ClusterClient): Promise<void> {
  const until = `the API server of ${operation.cluster} answers`;
  await operation.until({ until, timeout: apiTimeout }, () => askVersion(operation, client));
}

/** A new API server may not know its callers yet, and tokens end with the credentials that signed them. */
async function askVersion(operation: EksOperation, client: ClusterClient): Promise<Look<unknown>> {
  try {
    return { done: await client.version() };
  } catch (error) {
    if (apiCode(error) !== unauthorized) throw error;
    await renewCredentials(operation);
    return { missing: messageOf(error) };
  }
}
