import { clusterStackName, nodeGroupMarks, nodeLabels } from '../../domain/eks.ts';
import type { NodeGroupSpec } from '../../domain/spec/document.ts';
import {
  attribute,
  boundary,
  managedPolicy,
  nameTag,
  ref,
  type Resource,
  type Resources,
  substituted,
  type Template,
  trust,
} from './template.ts';

/** A managed node group to make. */
export interface NodeGroupStackInput extends NodeGroupSpec {
  readonly cluster: string;
  /** EKS's name of the image that its nodes start from. */
  readonly amiType: string;
}

/** The stack of a managed node group in subnets of its cluster's stack, as eksctl makes it. */
export function nodeGroupTemplate(input: NodeGroupStackInput): Template {
  const { cluster, name, iam } = input;
  return {
    AWSTemplateFormatVersion: '2010-09-09',
    Description: `Nodes ${name} of EKS cluster ${cluster} (made by Sluice, as eksctl does)`,
    Resources: {
      ...nodeRole(iam),
      LaunchTemplate: launchTemplate(input),
      ManagedNodeGroup: managedNodeGroup(input),
    },
    Outputs: { InstanceRoleARN: { Value: roleOf(iam) } },
  };
}

type Iam = NodeGroupSpec['iam'];

function roleOf(iam: Iam): unknown {
  return iam?.instanceRoleARN ?? attribute('NodeInstanceRole', 'Arn');
}

function nodeRole(iam: Iam): Resources {
  if (iam?.instanceRoleARN !== undefined) return {};
  return {
    NodeInstanceRole: {
      Type: 'AWS::IAM::Role',
      Properties: {
        Path: '/',
        // China's EC2 has a principal of its own; everywhere else the suffix is amazonaws.com.
        AssumeRolePolicyDocument: trust(substituted('ec2.${AWS::URLSuffix}'), ['sts:AssumeRole']),
        ManagedPolicyArns: [
          managedPolicy('AmazonEC2ContainerRegistryPullOnly'),
          managedPolicy('AmazonEKSWorkerNodePolicy'),
          managedPolicy('AmazonEKS_CNI_Policy'),
          managedPolicy('AmazonSSMManagedInstanceCore'),
          ...(iam?.attachPolicyARNs ?? []),
        ],
        ...boundary(iam?.instanceRolePermissionsBoundary),
        Tags: [nameTag('NodeInstanceRole')],
      },
    },
  };
}

/** What the volume performs without extra cost. */
const volume = { VolumeType: 'gp3', Iops: 3_000, Throughput: 125 } as const;

/** Where a node's image and containers are; Bottlerocket has them on a second volume. */
const devices = { AmazonLinux2023: '/dev/xvda', Bottlerocket: '/dev/xvdb' } as const;

function launchTemplate({ cluster, name, volumeSize, amiFamily, tags }: NodeGroupStackInput): Resource {
  const Tags = [
    { Key: 'Name', Value: `${cluster}-${name}-Node` },
    ...tagsOf({ ...tags, ...nodeGroupMarks(name) }),
  ];
  const Ebs = { ...volume, VolumeSize: volumeSize };
  return {
    Type: 'AWS::EC2::LaunchTemplate',
    Properties: {
      LaunchTemplateName: substituted('${AWS::StackName}'),
      LaunchTemplateData: {
        BlockDeviceMappings: [{ DeviceName: devices[amiFamily], Ebs }],
        // Pods that are not on the node's network are one hop further.
        MetadataOptions: { HttpTokens: 'required', HttpPutResponseHopLimit: 2 },
        SecurityGroupIds: [imported(cluster, 'ClusterSecurityGroupId')],
        TagSpecifications: ['instance', 'volume', 'network-interface'].map((ResourceType) => ({
          ResourceType,
          Tags,
        })),
      },
    },
  };
}

function managedNodeGroup(input: NodeGroupStackInput): Resource {
  const { cluster, name, amiType, desiredCapacity, minSize, maxSize } = input;
  const subnets = input.privateNetworking ? 'SubnetsPrivate' : 'SubnetsPublic';
  return {
    Type: 'AWS::EKS::Nodegroup',
    Properties: {
      ClusterName: cluster,
      NodegroupName: name,
      AmiType: amiType,
      InstanceTypes: [...input.instanceTypes],
      ...(input.spot && { CapacityType: 'SPOT' }),
      LaunchTemplate: { Id: ref('LaunchTemplate') },
      NodeRole: roleOf(input.iam),
      ScalingConfig: { MinSize: minSize, DesiredSize: desiredCapacity, MaxSize: maxSize },
      Subnets: { 'Fn::Split': [',', imported(cluster, subnets)] },
      Labels: { ...input.labels, ...nodeLabels(cluster, name) },
      ...taintsOf(input.taints),
      Tags: { ...input.tags, ...nodeGroupMarks(name) },
    },
  };
}

/** EKS's own words for effects of taints. */
const effects = {
  NoSchedule: 'NO_SCHEDULE',
  NoExecute: 'NO_EXECUTE',
  PreferNoSchedule: 'PREFER_NO_SCHEDULE',
} as const;

function taintsOf(taints: NodeGroupSpec['taints']) {
  if (taints === undefined) return {};
  return {
    Taints: taints.map(({ key, value, effect }) => ({
      Key: key,
      ...(value !== undefined && { Value: value }),
      Effect: effects[effect],
    })),
  };
}

function imported(cluster: string, output: string) {
  return { 'Fn::ImportValue': `${clusterStackName(cluster)}::${output}` };
}

function tagsOf(tags: Readonly<Record<string, string>>) {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}
