/** The control plane of a cluster, its role, and the security groups between it and nodes. */
import { attribute, managedPolicy, nameTag, ref, type Resource, type Resources, trust } from './template.ts';

/** What the control plane itself is made of. */
export interface ControlPlane {
  readonly name: string;
  readonly version: string;
  /** Logical ids of all subnets. */
  readonly subnets: readonly string[];
}

/** Control plane, role and security groups. */
export function controlPlane({ name, version, subnets }: ControlPlane): Resources {
  return {
    ...securityGroups(),
    ServiceRole: {
      Type: 'AWS::IAM::Role',
      Properties: {
        AssumeRolePolicyDocument: trust('eks.amazonaws.com', ['sts:AssumeRole', 'sts:TagSession']),
        ManagedPolicyArns: [
          managedPolicy('AmazonEKSClusterPolicy'),
          managedPolicy('AmazonEKSVPCResourceController'),
        ],
        Tags: [nameTag('ServiceRole')],
      },
    },
    ControlPlane: {
      Type: 'AWS::EKS::Cluster',
      Properties: {
        Name: name,
        Version: version,
        RoleArn: attribute('ServiceRole', 'Arn'),
        BootstrapSelfManagedAddons: false,
        AccessConfig: {
          AuthenticationMode: 'API_AND_CONFIG_MAP',
          BootstrapClusterCreatorAdminPermissions: true,
        },
        ResourcesVpcConfig: {
          EndpointPublicAccess: true,
          EndpointPrivateAccess: false,
          SecurityGroupIds: [ref('ControlPlaneSecurityGroup')],
          SubnetIds: subnets.map(ref),
        },
        Tags: [nameTag('ControlPlane')],
      },
    },
  };
}

const clusterGroup = attribute('ControlPlane', 'ClusterSecurityGroupId');
const nodeGroup = ref('ClusterSharedNodeSecurityGroup');

function securityGroups(): Resources {
  return {
    ControlPlaneSecurityGroup: group('ControlPlaneSecurityGroup', 'Control plane to nodes'),
    ClusterSharedNodeSecurityGroup: group('ClusterSharedNodeSecurityGroup', 'All nodes of the cluster'),
    IngressInterNodeGroupSG: ingress(nodeGroup, nodeGroup, 'Nodes to nodes, all ports'),
    IngressDefaultClusterToNodeSG: ingress(nodeGroup, clusterGroup, 'Managed to other nodes, all ports'),
    IngressNodeToDefaultClusterSG: ingress(clusterGroup, nodeGroup, 'Other to managed nodes, all ports'),
  };
}

function group(id: string, GroupDescription: string): Resource {
  return {
    Type: 'AWS::EC2::SecurityGroup',
    Properties: { VpcId: ref('VPC'), GroupDescription, Tags: [nameTag(id)] },
  };
}

function ingress(to: unknown, from: unknown, Description: string): Resource {
  return {
    Type: 'AWS::EC2::SecurityGroupIngress',
    Properties: {
      GroupId: to,
      SourceSecurityGroupId: from,
      Description,
      IpProtocol: '-1',
    },
  };
}
