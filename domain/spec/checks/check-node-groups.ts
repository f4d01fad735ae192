import { defaultNodeGroup } from '../../defaults.ts';
import type { Finding } from '../issues.ts';
import { completeNodeGroup } from '../node-group.ts';
import type { ClusterOutline } from '../outline.ts';

type GroupOutline = NonNullable<NonNullable<ClusterOutline['managedNodeGroups']>[number]>;

/**
 * The node groups that a document names, an empty one for each that cannot be read.
 * @param cluster the cluster as far as it can be read
 */
export function groupsOf({ managedNodeGroups = [] }: ClusterOutline): GroupOutline[] {
  return managedNodeGroups.map((group) => group ?? {});
}

/** Node groups have names of their own, sizes that fit, a way to the internet, and room for the add-ons. */
export function checkNodeGroups(cluster: ClusterOutline): Finding[] {
  const groups = groupsOf(cluster);
  const hasNat = cluster.vpc?.nat?.gateway !== 'Disable';
  return [
    ...checkNames(groups),
    ...groups.flatMap(checkSizes),
    ...groups.flatMap((group, index) => (hasNat ? [] : checkNetwork(group, index))),
    ...checkRoom(groups),
  ];
}

function pathOf(index: number, field: string) {
  return ['spec', 'cluster', 'managedNodeGroups', index, field];
}

function checkNames(groups: readonly GroupOutline[]): Finding[] {
  const names = groups.map(({ name }) => name ?? defaultNodeGroup.name);
  return names.flatMap((name, index) =>
    names.indexOf(name) === index
      ? []
      : [
          {
            path: pathOf(index, 'name'),
            message: `there are two node groups ${name}; give each a name of its own`,
          },
        ],
  );
}

function checkSizes(group: GroupOutline, index: number): Finding[] {
  const { minSize, desiredCapacity, maxSize } = completeNodeGroup(sizesOf(group));
  // The schema has refused it.
  if (maxSize === 0) return [];
  if (minSize > maxSize)
    return [
      {
        path: pathOf(index, 'minSize'),
        message: `minSize is ${minSize}, more than maxSize, which is ${maxSize}`,
      },
    ];
  if (desiredCapacity >= minSize && desiredCapacity <= maxSize) return [];
  const message = `desiredCapacity is ${desiredCapacity}, it must be from minSize to maxSize, ${minSize} to ${maxSize}`;
  return [{ path: pathOf(index, 'desiredCapacity'), message }];
}

function sizesOf({ minSize, desiredCapacity, maxSize }: GroupOutline) {
  return { minSize, desiredCapacity, maxSize };
}

/** Nodes join by public endpoints of AWS; endpoints of a VPC in their place are not made. */
function checkNetwork({ privateNetworking }: GroupOutline, index: number): Finding[] {
  if (privateNetworking !== true) return [];
  const message =
    'nodes in private subnets need a NAT gateway to join, and vpc.nat.gateway is Disable; use Single or HighlyAvailable';
  return [{ path: pathOf(index, 'privateNetworking'), message }];
}

/** coredns and metrics-server tolerate no taints of users. */
function checkRoom(groups: readonly GroupOutline[]): Finding[] {
  // The schema has refused a maxSize of 0.
  if (groups.some(({ maxSize }) => maxSize === 0)) return [];
  const usable = groups.map((group, index) => ({ group, index })).filter(({ group }) => !isTainted(group));
  if (groups.length === 0 || usable.some(({ group }) => completeNodeGroup(sizesOf(group)).minSize > 0))
    return [];
  const field = usable.length === 0 ? 'taints' : 'minSize';
  const message = `the add-ons coredns and metrics-server need a node: one node group without taints must have a minSize of at least 1`;
  return [{ path: pathOf(usable[0]?.index ?? 0, field), message }];
}

function isTainted({ taints = [] }: GroupOutline): boolean {
  return taints.some(({ effect }) => effect === 'NoSchedule' || effect === 'NoExecute');
}
