import { controlPlane } from './control-plane.ts';
import type { EksConfig } from '../../domain/spec/schema/eks-config.ts';
import { accessEntries } from './access-entries.ts';
import { defaultNatMode, network, privateSubnet, publicSubnet } from './network.ts';
import { attribute, type Outputs, ref, substituted, type Template } from './template.ts';

/** A cluster to make. */
export interface ClusterStackInput {
  readonly name: string;
  /** Minor version of Kubernetes, as in `1.35`. */
  readonly version: string;
  /** Two or three availability zones. */
  readonly zones: readonly string[];
  /** What else the document says of it. */
  readonly config: EksConfig;
}

/**
 * The stack of a cluster: network, roles, security groups and control plane, with the logical ids and outputs that
 * eksctl gives them (https://github.com/eksctl-io/eksctl, pkg/cfn/builder), which is how it finds them.
 */
export function clusterTemplate({ name, version, zones, config }: ClusterStackInput): Template {
  const [ofPublic, ofPrivate] = [zones.map(publicSubnet), zones.map(privateSubnet)];
  return {
    AWSTemplateFormatVersion: '2010-09-09',
    Description: `EKS cluster ${name}: network, roles and control plane (made by Sluice, as eksctl does)`,
    Resources: {
      ...network(zones, config.vpc),
      ...controlPlane({ name, version, config, subnets: [...ofPublic, ...ofPrivate] }),
      ...accessEntries(config.accessConfig?.accessEntries),
    },
    Outputs: {
      ClusterStackName: { Value: ref('AWS::StackName') },
      FeatureNATMode: { Value: config.vpc?.nat?.gateway ?? defaultNatMode },
      CertificateAuthorityData: { Value: attribute('ControlPlane', 'CertificateAuthorityData') },
      ...exported({
        ARN: attribute('ControlPlane', 'Arn'),
        Endpoint: attribute('ControlPlane', 'Endpoint'),
        ClusterSecurityGroupId: attribute('ControlPlane', 'ClusterSecurityGroupId'),
        SecurityGroup: ref('ControlPlaneSecurityGroup'),
        SharedNodeSecurityGroup: ref('ClusterSharedNodeSecurityGroup'),
        ...(config.iam?.serviceRoleARN === undefined && { ServiceRoleARN: attribute('ServiceRole', 'Arn') }),
        SubnetsPublic: joined(ofPublic),
        SubnetsPrivate: joined(ofPrivate),
        VPC: ref('VPC'),
      }),
    },
  };
}

function joined(ids: readonly string[]) {
  return { 'Fn::Join': [',', ids.map(ref)] };
}

/** Outputs that other stacks of the cluster import, as `<stack>::<output>`. */
function exported(values: Readonly<Record<string, unknown>>): Outputs {
  return Object.fromEntries(
    Object.entries(values).map(([name, Value]) => [
      name,
      { Value, Export: { Name: substituted(`\${AWS::StackName}::${name}`) } },
    ]),
  );
}
