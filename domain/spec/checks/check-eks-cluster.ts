import { nodeGroupStackName } from '../../eks.ts';
import type { Finding } from '../issues.ts';
import { completeNodeGroup } from '../node-group.ts';
import type { ClusterOutline, Outline } from '../outline.ts';

/** An EKS cluster that is there is not described, one to make is not a canary's, and sizes of nodes fit each other. */
export function checkEksCluster({ cluster, kind }: Outline): Finding[] {
  if (cluster?.provider !== 'eks') return [];
  return [
    ...checkExisting(cluster),
    ...checkCanary(cluster, kind),
    ...checkNames(cluster),
    ...checkSizes(cluster.nodeGroup),
  ];
}

/** CloudFormation's rule for the names of stacks: letters, digits and '-', at most 128. */
const longestStackName = 128;

function checkNames({ existing, name, nodeGroup }: ClusterOutline): Finding[] {
  if (existing === true || typeof name !== 'string') return [];
  const path = ['spec', 'cluster', 'name'];
  if (name.includes('_')) {
    const message = `"${name}" has a '_', which the names of CloudFormation stacks cannot have; use '-', or existing: true for a cluster of this name`;
    return [{ path, message }];
  }
  const stack = nodeGroupStackName(name, completeNodeGroup(nodeGroup).name);
  if (stack.length <= longestStackName) return [];
  const message = `stack ${stack} would have a name of ${stack.length} characters, CloudFormation takes ${longestStackName}; shorten the cluster's name or the node group's`;
  return [{ path, message }];
}

function checkExisting(cluster: ClusterOutline): Finding[] {
  if (cluster.existing !== true) return [];
  return ['version', 'nodeGroup']
    .filter((field) => cluster[field] !== undefined)
    .map((field) => ({
      path: ['spec', 'cluster', field],
      message: `${field} describes a cluster to make, and existing: true says that it is there; leave one of the two out`,
    }));
}

function checkCanary({ existing }: ClusterOutline, kind: string | undefined): Finding[] {
  if (kind !== 'Canary' || existing === true) return [];
  const message =
    'a Canary needs a mesh, and a new cluster has none: set existing: true here, or use kind: Rollout';
  return [{ path: ['spec', 'cluster'], message }];
}

function checkSizes(given: ClusterOutline['nodeGroup']): Finding[] {
  if (given === undefined) return [];
  const { min, desired, max } = completeNodeGroup(given);
  const path = ['spec', 'cluster', 'nodeGroup'];
  // The schema has refused it.
  if (max === 0) return [];
  if (min === 0) {
    const message = 'min is 0, it must be at least 1: the add-ons coredns and metrics-server need a node';
    return [{ path: [...path, 'min'], message }];
  }
  if (min > max)
    return [{ path: [...path, 'min'], message: `min is ${min}, more than max, which is ${max}` }];
  if (desired >= min && desired <= max) return [];
  const message = `desired is ${desired}, it must be from min to max, ${min} to ${max}`;
  return [{ path: [...path, 'desired'], message }];
}
