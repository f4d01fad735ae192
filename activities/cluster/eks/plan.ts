import { clusterStackName, nodeGroupStackName } from '../../../domain/eks.ts';
import { type ClusterPlan, type PlannedResource, useAsItIs } from '../../../domain/plan.ts';
import type { EksClusterSpec, NodeGroupSpec } from '../../../domain/spec/document.ts';
import { clusterTemplate } from '../../../manifests/eks/cluster-stack.ts';
import { nodeGroupTemplate } from '../../../manifests/eks/node-group-stack.ts';
import type { Template } from '../../../manifests/eks/template.ts';
import { addOnsOf, formatAddOn } from './add-ons.ts';
import { claimName, type IsOpen } from './claim.ts';
import type { EksOperation } from './operation.ts';
import { checkExistingVersion, requireCluster } from './existing.ts';
import { clusterCosts } from './costs.ts';
import { type EksClusterToMake, type NewEksCluster, withDefaults } from './new-cluster.ts';
import { controlPlaneDifferences } from './control-plane-differences.ts';
import { compareNodeGroup } from './node-groups/compare.ts';
import { imageTypeOf } from './node-groups/image-type.ts';
import { type Preflight, preflight } from './preflight/index.ts';

/**
 * What a rollout would make, after the same checks that it begins with. Nothing is created.
 * @throws ApplicationFailure as `ensureEksCluster` would before it creates anything
 */
export async function planEksCluster(
  operation: EksOperation,
  spec: EksClusterSpec,
  isOpen: IsOpen,
): Promise<ClusterPlan> {
  const { region } = operation.access;
  if (spec.existing) {
    await requireCluster(operation, region);
    return useAsItIs(`EKS cluster ${spec.name} in ${region}`);
  }
  const claim = await claimName(operation, isOpen);
  if (claim !== 'free') {
    await checkExistingVersion(operation, spec.version);
    return await reuse(operation, spec, claim === 'nodeless');
  }
  operation.tell('checking the AWS account');
  const cluster = withDefaults(spec);
  const found = await preflight(operation.aws, cluster);
  return creation(cluster, found, await nodeGroupStacks(operation, cluster));
}

async function reuse(
  operation: EksOperation,
  spec: EksClusterToMake,
  isNodeless: boolean,
): Promise<ClusterPlan> {
  const words = `EKS cluster ${spec.name} in ${operation.access.region}, which an earlier rollout made`;
  if (isNodeless)
    return { ...useAsItIs(words), creates: await nodeGroupStacks(operation, withDefaults(spec)) };
  const found = await Promise.all(
    spec.managedNodeGroups.map((group) => compareNodeGroup(operation, group, spec.version)),
  );
  const named = (field: 'changes' | 'differences') =>
    found.flatMap((one) => one[field].map((words) => `node group ${one.name}: ${words}`));
  const ofCluster = await controlPlaneDifferences(operation, spec.config);
  return {
    ...useAsItIs(words),
    changes: named('changes'),
    differences: [...ofCluster, ...named('differences')],
  };
}

function creation(spec: NewEksCluster, found: Preflight, nodes: readonly PlannedResource[]): ClusterPlan {
  const { name, version, kubeconfig } = spec;
  const { account, arn, region, support } = found;
  return {
    action: 'create',
    cluster: `EKS cluster ${name} of Kubernetes ${version} in ${region}, account ${account}, as ${arn}`,
    creates: [
      clusterStack(spec, found),
      {
        kind: 'add-ons',
        name: addOnsOf(region, spec.config).map(formatAddOn).join(', '),
        details: 'versions that EKS has as default, where none is named',
      },
      ...nodes,
      ...(kubeconfig === null
        ? []
        : [{ kind: 'kubeconfig entry', name: kubeconfig, details: 'on the worker' }]),
    ],
    changes: [],
    differences: [],
    costs: clusterCosts(spec, support, found.zones.length),
  };
}

function clusterStack({ name, version, config }: NewEksCluster, { zones }: Preflight): PlannedResource {
  return {
    kind: 'stack',
    name: clusterStackName(name),
    details: `in ${zones.join(', ')}: ${contents(clusterTemplate({ name, version, zones, config }))}`,
  };
}

async function nodeGroupStacks(operation: EksOperation, cluster: NewEksCluster): Promise<PlannedResource[]> {
  return await Promise.all(
    cluster.nodeGroups.map(async (group) =>
      nodeGroupStack(cluster.name, { ...group, amiType: await imageTypeOf(operation.aws, group) }),
    ),
  );
}

function nodeGroupStack(
  cluster: string,
  group: NodeGroupSpec & { readonly amiType: string },
): PlannedResource {
  const { desiredCapacity, minSize, maxSize, volumeSize, spot, privateNetworking } = group;
  const kind = `${spot ? 'Spot ' : ''}${group.instanceTypes.join(' or ')}`;
  const place = privateNetworking ? ', in private subnets' : '';
  const nodes = `${desiredCapacity} ${kind} (${minSize} to ${maxSize}) with ${volumeSize} GiB each${place}`;
  return {
    kind: 'stack',
    name: nodeGroupStackName(cluster, group.name),
    details: `${nodes}: ${contents(nodeGroupTemplate({ ...group, cluster }))}`,
  };
}

/** Types of a template's resources, and how many there are of each. */
function contents({ Resources }: Template): string {
  const counts = new Map<string, number>();
  for (const { Type } of Object.values(Resources)) counts.set(Type, (counts.get(Type) ?? 0) + 1);
  return [...counts].map(([type, count]) => `${count} ${type.replace(/^AWS::/, '')}`).join(', ');
}
