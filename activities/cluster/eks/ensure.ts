import { log } from '@temporalio/activity';
import { clusterStackName, clusterTags, nodeGroupStackName, nodeGroupTags } from '../../../domain/eks.ts';
import { clusterTemplate } from '../../../manifests/eks/cluster-stack.ts';
import { nodeGroupTemplate } from '../../../manifests/eks/node-group-stack.ts';
import { messageOf } from '../../../domain/message-of.ts';
import { apiCode, unauthorized } from '../../kubernetes/failure.ts';
import type { ClusterClient } from '../../kubernetes/index.ts';
import type { Look } from '../../kubernetes/wait.ts';
import { awaitAddOns, createAddOns } from './add-ons.ts';
import { claimName, type IsOpen } from './claim.ts';
import type { Errand } from './errand.ts';
import { preflight, renewCredentials } from './preflight/index.ts';
import { type EksClusterToMake, type NewEksCluster, withDefaults } from './new-cluster.ts';
import { updateNodeGroup } from './node-groups/update.ts';
import { removeFailedStack } from './stack-deletion.ts';
import { ensureStack } from './stack.ts';
import { checkExistingVersion } from './existing.ts';
import { tellingSoFar } from './so-far.ts';

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
  errand: Errand,
  spec: EksClusterToMake,
  making: Making,
): Promise<boolean> {
  return await tellingSoFar(errand, () => ensure(errand, spec, making));
}

async function ensure(errand: Errand, spec: EksClusterToMake, { isOpen, client }: Making): Promise<boolean> {
  const claim = await claimName(errand, isOpen);
  const isOurs = claim === 'free' || claim === 'own';
  const cluster = withDefaults(spec);
  if (isOurs) await ensureClusterStack(errand, cluster);
  else await checkExistingVersion(errand, spec.version);
  if (claim === 'other') {
    log.info(`EKS cluster ${spec.name} is there, an earlier run made it`);
    await updateNodeGroup(errand, spec);
  } else {
    await makeUsable(errand, cluster, client);
  }
  return isOurs;
}

/** Add-ons and nodes for a control plane; a run that ended early may have left it without. */
async function makeUsable(errand: Errand, cluster: NewEksCluster, client: ClusterClient): Promise<void> {
  await createAddOns(errand);
  await awaitApi(errand, client);
  await ensureNodeGroupStack(errand, cluster);
  await awaitAddOns(errand);
}

/** What is known to go wrong is looked for while nothing is there; afterwards the stack itself tells. */
async function ensureClusterStack(errand: Errand, spec: NewEksCluster): Promise<void> {
  const { name, version } = spec;
  const template = async () => {
    errand.tell('checking the AWS account');
    const { zones } = await preflight(errand.aws, spec);
    return clusterTemplate({ name, version, zones });
  };
  await ensureStack(errand, { name: clusterStackName(name), template, tags: clusterTags(name) });
}

async function ensureNodeGroupStack(errand: Errand, { name, nodeGroup }: NewEksCluster): Promise<void> {
  const stackName = nodeGroupStackName(name, nodeGroup.name);
  await removeFailedStack(errand, stackName);
  await ensureStack(errand, {
    name: stackName,
    template: () => Promise.resolve(nodeGroupTemplate({ cluster: name, ...nodeGroup })),
    tags: nodeGroupTags(name, nodeGroup.name),
  });
}

async function awaitApi(errand: Errand, client: ClusterClient): Promise<void> {
  const until = `the API server of ${errand.cluster} answers`;
  await errand.until({ until, timeout: apiTimeout }, () => askVersion(errand, client));
}

/** A new API server may not know its callers yet, and tokens end with the credentials that signed them. */
async function askVersion(errand: Errand, client: ClusterClient): Promise<Look<unknown>> {
  try {
    return { done: await client.version() };
  } catch (error) {
    if (apiCode(error) !== unauthorized) throw error;
    await renewCredentials(errand);
    return { missing: messageOf(error) };
  }
}
