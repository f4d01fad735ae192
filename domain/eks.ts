/** Names and tags of EKS clusters as eksctl gives them, so that it knows a cluster of Sluice's for one of its own. */

/** Tag of every stack and resource of a cluster; its value is the cluster's name. */
export const clusterNameTag = 'alpha.eksctl.io/cluster-name';

const ownerTag = 'eksctl.cluster.k8s.io/v1alpha1/cluster-name';
const oidcTag = 'alpha.eksctl.io/cluster-oidc-enabled';
/** Tag of what belongs to one node group; its value is the group's name. */
export const nodeGroupNameTag = 'alpha.eksctl.io/nodegroup-name';
const nodeGroupTypeTag = 'alpha.eksctl.io/nodegroup-type';

/** Add-ons of every cluster: without them, no pod of a node has an address, and no name one. */
const networkAddOns = ['vpc-cni', 'kube-proxy', 'coredns'];

/**
 * The add-ons that eksctl gives a new cluster in a region: EKS has no metrics-server in China and GovCloud.
 * @param region the cluster's region
 */
export function defaultAddOns(region: string): readonly string[] {
  return /^(cn|us-gov)-/.test(region) ? networkAddOns : [...networkAddOns, 'metrics-server'];
}

/** Name of the CloudFormation stack with a cluster's network, roles and control plane. */
export function clusterStackName(cluster: string): string {
  return `eksctl-${cluster}-cluster`;
}

/** Name of the CloudFormation stack of a node group. */
export function nodeGroupStackName(cluster: string, nodeGroup: string): string {
  return `eksctl-${cluster}-nodegroup-${nodeGroup}`;
}

/** Tags of a cluster's stack, and by it of all that it makes. */
export function clusterTags(cluster: string): Record<string, string> {
  return { [clusterNameTag]: cluster, [ownerTag]: cluster, [oidcTag]: 'false' };
}

/** Tags of a node group's stack, and by it of all that it makes. */
export function nodeGroupTags(cluster: string, nodeGroup: string): Record<string, string> {
  return { ...clusterTags(cluster), ...nodeGroupMarks(nodeGroup) };
}

/** Tags that say which node group something belongs to. */
export function nodeGroupMarks(nodeGroup: string): Record<string, string> {
  return { [nodeGroupNameTag]: nodeGroup, [nodeGroupTypeTag]: 'managed' };
}

/** Labels of the nodes of a group. */
export function nodeLabels(cluster: string, nodeGroup: string): Record<string, string> {
  return { [clusterNameTag]: cluster, [nodeGroupNameTag]: nodeGroup };
}
