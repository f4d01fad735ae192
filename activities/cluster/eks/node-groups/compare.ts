import { DescribeLaunchTemplateVersionsCommand } from '@aws-sdk/client-ec2';
import type { Nodegroup } from '@aws-sdk/client-eks';
import { nodeGroupStackName } from '../../../../domain/eks.ts';
import type { GivenNodeGroup } from '../../../../domain/spec/schema/node-group.ts';
import { defaultNodeGroup } from '../../../../domain/defaults.ts';
import type { NodeGroupSpec } from '../../../../domain/spec/document.ts';
import { ask, unless } from '../../../aws/call.ts';
import type { EksOperation } from '../operation.ts';
import { describeNodeGroup, nodeGroupNames } from './find.ts';

/** Sizes of a node group, in nodes. */
export type Sizes = Pick<NodeGroupSpec, 'desiredCapacity' | 'maxSize' | 'minSize'>;

/** How a cluster that is there differs from what the spec says of its nodes. */
export interface NodeGroupComparison {
  readonly name: string;
  /** Sizes that the group gets; null where they are as the spec has them. */
  readonly sizes: Sizes | null;
  /** Version of Kubernetes that the group gets; null where it has it. */
  readonly version: string | null;
  /** What is changed, in words. */
  readonly changes: readonly string[];
  /** What differs and stays, in words. */
  readonly differences: readonly string[];
}

/**
 * Compares a node group of a spec with the one that is there: only what the spec says.
 * @param operation the cluster
 * @param nodeGroup the group as the document has it
 * @param version of Kubernetes that the document names; null for none
 */
export async function compareNodeGroup(
  operation: EksOperation,
  nodeGroup: GivenNodeGroup,
  version: string | null,
): Promise<NodeGroupComparison> {
  const name = nodeGroup.name ?? defaultNodeGroup.name;
  const found = await describeNodeGroup(operation, name);
  if (found === null) return await absent(operation, name);
  const sizes = sizesToSet(nodeGroup, sizesOf(found));
  const newVersion = version !== null && found.version !== version ? version : null;
  return {
    name,
    sizes,
    version: newVersion,
    changes: [
      ...(sizes === null ? [] : [`size ${formatSizes(sizesOf(found))} becomes ${formatSizes(sizes)}`]),
      ...(newVersion === null ? [] : [`Kubernetes ${found.version} becomes ${newVersion}, node by node`]),
    ],
    differences: await fixedDifferences(operation, name, nodeGroup, found),
  };
}

async function absent(operation: EksOperation, name: string): Promise<NodeGroupComparison> {
  const unchanged = { name, sizes: null, version: null, changes: [] };
  const names = await nodeGroupNames(operation);
  const difference = `the cluster has no managed node group ${name}; it has ${names.join(', ') || 'none'}`;
  return { ...unchanged, differences: [difference] };
}

function sizesOf({ scalingConfig: { minSize = 0, desiredSize = 0, maxSize = 0 } = {} }: Nodegroup): Sizes {
  return { minSize, desiredCapacity: desiredSize, maxSize };
}

/** What the spec leaves open stays as it is, as far as what it says lets it. */
function sizesToSet(given: GivenNodeGroup, now: Sizes): Sizes | null {
  const { desiredCapacity: wanted } = given;
  const minSize = given.minSize ?? Math.min(now.minSize, wanted ?? now.minSize, given.maxSize ?? now.minSize);
  const maxSize = given.maxSize ?? Math.max(now.maxSize, wanted ?? now.maxSize, minSize);
  const desiredCapacity = wanted ?? Math.min(Math.max(now.desiredCapacity, minSize), maxSize);
  const sizes = { minSize, desiredCapacity, maxSize };
  return formatSizes(sizes) === formatSizes(now) ? null : sizes;
}

function formatSizes({ minSize, desiredCapacity, maxSize }: Sizes): string {
  return `${desiredCapacity} (${minSize} to ${maxSize})`;
}

async function fixedDifferences(
  operation: EksOperation,
  name: string,
  given: GivenNodeGroup,
  found: Nodegroup,
): Promise<string[]> {
  const { volumeSize } = given;
  const size = volumeSize === undefined ? null : await volumeSizeOf(operation, name);
  return [
    ...typeDifferences(given, found),
    ...setDifferences(given, found),
    ...(size === null || size === volumeSize
      ? []
      : [`its volumes have ${size} GiB, the spec says ${volumeSize}`]),
  ];
}

function typeDifferences({ instanceType, instanceTypes }: GivenNodeGroup, found: Nodegroup): string[] {
  const wanted = instanceTypes ?? (instanceType === undefined ? null : [instanceType]);
  const types = found.instanceTypes ?? [];
  if (wanted === null || (wanted.length === types.length && wanted.every((type) => types.includes(type))))
    return [];
  return [`its nodes are ${types.join(', ')}, the spec says ${wanted.join(', ')}`];
}

/** Settings that EKS fixes when a group is made, or that a person may have changed since. */
function setDifferences(given: GivenNodeGroup, found: Nodegroup): string[] {
  const [capacity, wanted] = [found.capacityType ?? 'ON_DEMAND', given.spot === true ? 'SPOT' : 'ON_DEMAND'];
  const missing = Object.entries(given.labels ?? {}).filter(([key, value]) => found.labels?.[key] !== value);
  const taints = new Set((found.taints ?? []).map(({ key }) => key));
  const untainted = (given.taints ?? []).filter(({ key }) => !taints.has(key));
  return [
    ...(given.spot === undefined || capacity === wanted
      ? []
      : [`its capacity is ${capacity}, the spec says ${wanted}`]),
    ...missing.map(([key, value]) => `its nodes have no label ${key}: ${value}`),
    ...untainted.map(({ key }) => `its nodes have no taint ${key}`),
  ];
}

/** Null where the group has no launch template of eksctl's name, or it says none. */
async function volumeSizeOf({ aws: { ec2 }, cluster }: EksOperation, name: string): Promise<number | null> {
  const LaunchTemplateName = nodeGroupStackName(cluster, name);
  const command = new DescribeLaunchTemplateVersionsCommand({ LaunchTemplateName, Versions: ['$Default'] });
  const answer = await unless(
    (error) => error.startsWith('InvalidLaunchTemplateName.'),
    () => ask(`read launch template ${LaunchTemplateName}`, (options) => ec2.send(command, options)),
  );
  const [version] = answer?.LaunchTemplateVersions ?? [];
  const [device] = version?.LaunchTemplateData?.BlockDeviceMappings ?? [];
  return device?.Ebs?.VolumeSize ?? null;
}
