/** The control plane of a cluster, its role, and the security groups between it and nodes. */
import type { EksConfig, GivenVpc } from '../../domain/spec/schema/eks-config.ts';
import {
  attribute,
  boundary,
  managedPolicy,
  nameTag,
  ref,
  type Resource,
  type Resources,
  trust,
} from './template.ts';

/** What the control plane itself is made of. */
export interface ControlPlane {
  readonly name: string;
  readonly version: string;
  /** Logical ids of all subnets. */
  readonly subnets: readonly string[];
  readonly config: EksConfig;
}

/** Control plane, role and security groups. */
export function controlPlane({ name, version, subnets, config }: ControlPlane): Resources {
  return {
    ...securityGroups(),
    ...serviceRole(config.iam),
    ControlPlane: {
      Type: 'AWS::EKS::Cluster',
      Properties: {
        Name: name,
        Version: version,
        RoleArn: config.iam?.serviceRoleARN ?? attribute('ServiceRole', 'Arn'),
        BootstrapSelfManagedAddons: false,
        AccessConfig: {
          AuthenticationMode: config.accessConfig?.authenticationMode ?? 'API_AND_CONFIG_MAP',
          BootstrapClusterCreatorAdminPermissions:
            config.accessConfig?.bootstrapClusterCreatorAdminPermissions ?? true,
        },
        ResourcesVpcConfig: { ...endpoints(config.vpc), ...placement(subnets) },
        ...logging(config.cloudWatch),
        ...encryption(config.secretsEncryption),
        Tags: [nameTag('ControlPlane')],
      },
    },
  };
}

function serviceRole({ serviceRoleARN, serviceRolePermissionsBoundary }: Iam = {}): Resources {
  if (serviceRoleARN !== undefined) return {};
  return {
    ServiceRole: {
      Type: 'AWS::IAM::Role',
      Properties: {
        AssumeRolePolicyDocument: trust('eks.amazonaws.com', ['sts:AssumeRole', 'sts:TagSession']),
        ManagedPolicyArns: [
          managedPolicy('AmazonEKSClusterPolicy'),
          managedPolicy('AmazonEKSVPCResourceController'),
        ],
        ...boundary(serviceRolePermissionsBoundary),
        Tags: [nameTag('ServiceRole')],
      },
    },
  };
}

type Iam = NonNullable<EksConfig['iam']>;

function endpoints({ clusterEndpoints = {}, publicAccessCIDRs }: GivenVpc = {}) {
  return {
    EndpointPublicAccess: clusterEndpoints.publicAccess ?? true,
    EndpointPrivateAccess: clusterEndpoints.privateAccess ?? false,
    ...(publicAccessCIDRs && { PublicAccessCidrs: publicAccessCIDRs }),
  };
}

function placement(subnets: readonly string[]) {
  return { SecurityGroupIds: [ref('ControlPlaneSecurityGroup')], SubnetIds: subnets.map(ref) };
}

const allLogs = ['api', 'audit', 'authenticator', 'controllerManager', 'scheduler'];

/** `all` and `*` are eksctl's words for every kind. */
function logging(given: EksConfig['cloudWatch']) {
  if (given === undefined) return {};
  const kinds = new Set<string>(given.clusterLogging.enableTypes);
  const enabled = kinds.has('all') || kinds.has('*') ? allLogs : allLogs.filter((kind) => kinds.has(kind));
  return { Logging: { ClusterLogging: { EnabledTypes: enabled.map((Type) => ({ Type })) } } };
}

function encryption(given: EksConfig['secretsEncryption']) {
  if (given === undefined) return {};
  return { EncryptionConfig: [{ Provider: { KeyArn: given.keyARN }, Resources: ['secrets'] }] };
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
