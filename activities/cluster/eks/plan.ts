import { clusterStackName, defaultAddOns, nodeGroupStackName } from '../../../domain/eks.ts';
import { type ClusterPlan, type PlannedResource, useAsItIs } from '../../../domain/plan.ts';
import type { EksClusterSpec } from '../../../domain/spec/document.ts';
import { clusterTemplate } from '../../../manifests/eks/cluster-stack.ts';
import { nodeGroupTemplate } from '../../../manifests/eks/node-group-stack.ts';
import type { Template } from '../../../manifests/eks/template.ts';
import { claimName, type IsOpen } from './claim.ts';
import type { EksOperation } from './operation.ts';
import { checkExistingVersion, requireCluster } from './existing.ts';
import { clusterCosts } from './costs.ts';
import { type EksClusterToMake, type NewEksCluster, withDefaults } from './new-cluster.ts';
import { compareNodeGroup } from './node-groups/compare.ts';
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
  return creation(cluster, await preflight(operation.aws, cluster));
}

async function reuse(
  operation: EksOperation,
  spec: EksClusterToMake,
  isNodeless: boolean,
): Promise<ClusterPlan> {
  const words = `EKS cluster ${spec.name} in ${operation.access.region}, which an earlier rollout made`;
  if (isNodeless) return { ...useAsItIs(words), creates: [nodeGroupStack(withDefaults(spec))] };
  const { name, changes, differences } = await compareNodeGroup(operation, spec);
  return {
    ...useAsItIs(words),
    changes: changes.map((change) => `node group ${name}: ${change}`),
    differences: differences.map((difference) => `node group ${name}: ${difference}`),
  };
}

function creation(spec: NewEksCluster, found: Preflight): ClusterPlan {
  const { name, version, kubeconfig } = spec;
  const { account, arn, region, support } = found;
  return {
    action: 'create',
    cluster: `EKS cluster ${name} of Kubernetes ${version} in ${region}, account ${account}, as ${arn}`,
    creates: [
      clusterStack(spec, found),
      {
        kind: 'add-ons',
        name: defaultAddOns(region).join(', '),
        details: 'versions that EKS has as default',
      },
      nodeGroupStack(spec),
      ...(kubeconfig === null
        ? []
        : [{ kind: 'kubeconfig entry', name: kubeconfig, details: 'on the worker' }]),
    ],
    changes: [],
    differences: [],
    costs: clusterCosts(spec, support),
  };
}

function clusterStack({ name, version }: NewEksCluster, { zones }: Preflight): PlannedResource {
  return {
    kind: 'stack',
    name: clusterStackName(name),
    details: `in ${zones.join(', ')}: ${contents(clusterTemplate({ name, version, zones }))}`,
  };
}

function nodeGroupStack({ name, nodeGroup }: NewEksCluster): PlannedResource {
  const { instanceType, desired, min, max, volumeSize } = nodeGroup;
  const nodes = `${desired} ${instanceType} (${min} to ${max}) with ${volumeSize} GiB each`;
  return {
    kind: 'stack',
    name: nodeGroupStackName(name, nodeGroup.name),
    details: `${nodes}: ${contents(nodeGroupTemplate({ cluster: name, ...nodeGroup }))}`,
  };
}

/** Types of a template's resources, and how many there are of each. */
function contents({ Resources }: Template): string {
  const counts = new Map<string, number>();
  for (const { Type } of Object.values(Resources)) counts.set(Type, (counts.get(Type) ?? 0) + 1);
  return [...counts].map(([type, count]) => `${count} ${type.replace(/^AWS::/, '')}`).join(', ');
}
