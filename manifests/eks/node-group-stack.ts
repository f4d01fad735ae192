import { clusterStackName, nodeGroupMarks, nodeLabels } from '../../domain/eks.ts';
import {
  attribute,
  managedPolicy,
  nameTag,
  ref,
  type Resource,
  substituted,
  type Template,
  trust,
} from './template.ts';

/** A managed node group to make; sizes count nodes. */
export interface NodeGroupStackInput {
  readonly cluster: string;
  readonly name: string;
  readonly instanceType: string;
  readonly desired: number;
  readonly min: number;
  readonly max: number;
  /** GB of each node's root volume. */
  readonly volumeSize: number;
}

/** The stack of a managed node group in the public subnets of its cluster's stack, as eksctl makes it. */
export function nodeGroupTemplate(input: NodeGroupStackInput): Template {
  const { cluster, name } = input;
  return {
    AWSTemplateFormatVersion: '2010-09-09',
    Description: `Nodes ${name} of EKS cluster ${cluster} (made by Sluice, as eksctl does)`,
    Resources: {
      NodeInstanceRole: nodeRole(),
      LaunchTemplate: launchTemplate(input),
      ManagedNodeGroup: managedNodeGroup(input),
    },
    Outputs: { InstanceRoleARN: { Value: attribute('NodeInstanceRole', 'Arn') } },
  };
}

function nodeRole(): Resource {
  return {
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
      ],
      Tags: [nameTag('NodeInstanceRole')],
    },
  };
}

/** What the volume performs without extra cost. */
const volume = { VolumeType: 'gp3', Iops: 3_000, Throughput: 125 } as const;

function launchTemplate({ cluster, name, volumeSize }: NodeGroupStackInput): Resource {
  const Tags = [{ Key: 'Name', Value: `${cluster}-${name}-Node` }, ...tagsOf(nodeGroupMarks(name))];
  return {
    Type: 'AWS::EC2::LaunchTemplate',
    Properties: {
      LaunchTemplateName: substituted('${AWS::StackName}'),
      LaunchTemplateData: {
        BlockDeviceMappings: [{ DeviceName: '/dev/xvda', Ebs: { ...volume, VolumeSize: volumeSize } }],
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

function managedNodeGroup({ cluster, name, instanceType, desired, min, max }: NodeGroupStackInput): Resource {
  return {
    Type: 'AWS::EKS::Nodegroup',
    Properties: {
      ClusterName: cluster,
      NodegroupName: name,
      AmiType: amiType(instanceType),
      InstanceTypes: [instanceType],
      LaunchTemplate: { Id: ref('LaunchTemplate') },
      NodeRole: attribute('NodeInstanceRole', 'Arn'),
      ScalingConfig: { MinSize: min, DesiredSize: desired, MaxSize: max },
      Subnets: { 'Fn::Split': [',', imported(cluster, 'SubnetsPublic')] },
      Labels: nodeLabels(cluster, name),
      Tags: nodeGroupMarks(name),
    },
  };
}

/** Amazon Linux 2023 for an instance type's processors, by EC2's naming: `g` after the generation is Graviton, families p and g have GPUs. */
function amiType(instanceType: string): string {
  if (/^[a-z]+\d+g/.test(instanceType)) return 'AL2023_ARM_64_STANDARD';
  return /^[pg]\d/.test(instanceType) ? 'AL2023_x86_64_NVIDIA' : 'AL2023_x86_64_STANDARD';
}

function imported(cluster: string, output: string) {
  return { 'Fn::ImportValue': `${clusterStackName(cluster)}::${output}` };
}

function tagsOf(tags: Readonly<Record<string, string>>) {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}
