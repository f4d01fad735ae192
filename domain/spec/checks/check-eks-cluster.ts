import { defaultNodeGroup } from '../../defaults.ts';
import { nodeGroupStackName } from '../../eks.ts';
import type { Finding } from '../issues.ts';
import type { ClusterOutline, Outline } from '../outline.ts';
import { eksConfigFields } from '../schema/eks-config.ts';
import { checkNodeGroups, groupsOf } from './check-node-groups.ts';

/** An EKS cluster that is there is not described, one to make is not a canary's, and its nodes can be made. */
export function checkEksCluster({ cluster, kind }: Outline): Finding[] {
  if (cluster?.provider !== 'eks') return [];
  return [
    ...checkExisting(cluster),
    ...checkCanary(cluster, kind),
    ...checkNames(cluster),
    ...checkNodeGroups(cluster),
  ];
}

/** CloudFormation's rule for the names of stacks: letters, digits and '-', at most 128. */
const longestStackName = 128;

function checkNames(cluster: ClusterOutline): Finding[] {
  const { existing, name } = cluster;
  if (existing === true || typeof name !== 'string') return [];
  const path = ['spec', 'cluster', 'name'];
  if (name.includes('_')) {
    const message = `"${name}" has a '_', which the names of CloudFormation stacks cannot have; use '-', or existing: true for a cluster of this name`;
    return [{ path, message }];
  }
  const names = groupsOf(cluster).map((group) => group.name ?? defaultNodeGroup.name);
  const stacks = [...names, ...(names.length === 0 ? [defaultNodeGroup.name] : [])].map((group) =>
    nodeGroupStackName(name, group),
  );
  const stack = stacks.find(({ length }) => length > longestStackName);
  if (stack === undefined) return [];
  const message = `stack ${stack} would have a name of ${stack.length} characters, CloudFormation takes ${longestStackName}; shorten the cluster's name or the node group's`;
  return [{ path, message }];
}

/** Fields that describe a cluster to make. */
const describing = ['version', 'managedNodeGroups', ...Object.keys(eksConfigFields)];

function checkExisting(cluster: ClusterOutline): Finding[] {
  if (cluster.existing !== true) return [];
  return describing
    .filter((field) => isGiven(cluster[field]))
    .map((field) => ({
      path: ['spec', 'cluster', field],
      message: `${field} describes a cluster to make, and existing: true says that it is there; leave one of the two out`,
    }));
}

/** A list that is not given is an empty one in the outline. */
function isGiven(value: unknown): boolean {
  return Array.isArray(value) ? value.length > 0 : value !== undefined;
}

function checkCanary({ existing }: ClusterOutline, kind: string | undefined): Finding[] {
  if (kind !== 'Canary' || existing === true) return [];
  const message =
    'a Canary needs a mesh, and a new cluster has none: set existing: true here, or use kind: Rollout';
  return [{ path: ['spec', 'cluster'], message }];
}
