import { DescribeLaunchTemplateVersionsCommand } from '@aws-sdk/client-ec2';
import type { Nodegroup } from '@aws-sdk/client-eks';
import { nodeGroupStackName } from '../../../../domain/eks.ts';
import type { GivenNodeGroup } from '../../../../domain/spec/document.ts';
import { defaultNodeGroup } from '../../../../domain/defaults.ts';
import { ask, unless } from '../../../aws/call.ts';
import type { EksOperation } from '../operation.ts';
import type { EksClusterToMake } from '../new-cluster.ts';
import { describeNodeGroup, nodeGroupNames } from './find.ts';

/** Sizes of a node group, in nodes. */
export interface Sizes {
  readonly min: number;
  readonly desired: number;
  readonly max: number;
}

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
 * Compares the node group of a spec with the one that is there: only what the spec says.
 * @param operation the cluster
 * @param spec the cluster as the document has it
 */
export async function compareNodeGroup(
  operation: EksOperation,
  { version, nodeGroup }: EksClusterToMake,
): Promise<NodeGroupComparison> {
  const name = nodeGroup.name ?? defaultNodeGroup.name;
  const found = await describeNodeGroup(operation, name);
  if (found === null) return await absent(operation, name, nodeGroup);
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

/** A group that nobody named is the default of new clusters, and no wish for one that is there. */
async function absent(
  operation: EksOperation,
  name: string,
  given: GivenNodeGroup,
): Promise<NodeGroupComparison> {
  const unchanged = { name, sizes: null, version: null, changes: [] };
  if (Object.values(given).every((value) => value === undefined)) return { ...unchanged, differences: [] };
  const names = await nodeGroupNames(operation);
  const difference = `the cluster has no managed node group ${name}; it has ${names.join(', ') || 'none'}`;
  return { ...unchanged, differences: [difference] };
}

function sizesOf({ scalingConfig: { minSize = 0, desiredSize = 0, maxSize = 0 } = {} }: Nodegroup): Sizes {
  return { min: minSize, desired: desiredSize, max: maxSize };
}

/** What the spec leaves open stays as it is, as far as what it says lets it. */
function sizesToSet(given: GivenNodeGroup, now: Sizes): Sizes | null {
  const min = given.min ?? Math.min(now.min, given.desired ?? now.min, given.max ?? now.min);
  const max = given.max ?? Math.max(now.max, given.desired ?? now.max, min);
  const desired = given.desired ?? Math.min(Math.max(now.desired, min), max);
  const same = min === now.min && desired === now.desired && max === now.max;
  return same ? null : { min, desired, max };
}

function formatSizes({ min, desired, max }: Sizes): string {
  return `${desired} (${min} to ${max})`;
}

async function fixedDifferences(
  operation: EksOperation,
  name: string,
  { instanceType, volumeSize }: GivenNodeGroup,
  { instanceTypes = [] }: Nodegroup,
): Promise<string[]> {
  const types = instanceTypes.join(', ');
  const size = volumeSize === undefined ? null : await volumeSizeOf(operation, name);
  return [
    ...(instanceType === undefined || instanceTypes.includes(instanceType)
      ? []
      : [`its nodes are ${types}, the spec says ${instanceType}`]),
    ...(size === null || size === volumeSize
      ? []
      : [`its volumes have ${size} GiB, the spec says ${volumeSize}`]),
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
