import { describe, expect, it } from '@jest/globals';
import { clusterStackName } from '../../../domain/eks.ts';
import { clusterTemplate } from '../../../manifests/eks/cluster-stack.ts';
import { nodeGroupTemplate } from '../../../manifests/eks/node-group-stack.ts';
import type { EksConfig } from '../../../domain/spec/schema/eks-config.ts';
import type { GivenNodeGroup } from '../../../domain/spec/schema/node-group.ts';
import { completeNodeGroup } from '../../../domain/spec/node-group.ts';
import type { Template } from '../../../manifests/eks/template.ts';
import { lintTemplate } from '../../support/aws/cfn-lint.ts';
import { toolTimeout } from '../../support/tools.ts';

function clusterIn(region: string, letters: string, config: EksConfig = {}): Template {
  return clusterTemplate({
    name: 'ekslab',
    version: '1.35',
    zones: Array.from(letters, (one) => region + one),
    config,
  });
}

function nodesOf(given: GivenNodeGroup = {}, amiType = 'AL2023_x86_64_STANDARD'): Template {
  return nodeGroupTemplate({ ...completeNodeGroup(given), cluster: 'ekslab', amiType });
}

const everything: EksConfig = {
  vpc: {
    cidr: '10.20.0.0/20',
    nat: { gateway: 'HighlyAvailable' },
    clusterEndpoints: { privateAccess: true },
    publicAccessCIDRs: ['203.0.113.0/24'],
  },
  iam: { serviceRolePermissionsBoundary: 'arn:aws:iam::111122223333:policy/boundary' },
  accessConfig: {
    authenticationMode: 'API',
    accessEntries: [
      {
        principalARN: 'arn:aws:iam::111122223333:role/viewer',
        kubernetesGroups: ['viewers'],
        accessPolicies: [
          {
            policyARN: 'arn:aws:eks::aws:cluster-access-policy/AmazonEKSViewPolicy',
            accessScope: { type: 'namespace', namespaces: ['shop'] },
          },
        ],
      },
    ],
  },
  cloudWatch: { clusterLogging: { enableTypes: ['*'] } },
  secretsEncryption: {
    keyARN: 'arn:aws:kms:us-west-1:111122223333:key/00000000-0000-0000-0000-000000000000',
  },
};

const allOfNodes: GivenNodeGroup = {
  instanceTypes: ['c5.large', 'm5.large'],
  spot: true,
  amiFamily: 'Bottlerocket',
  privateNetworking: true,
  labels: { tier: 'batch' },
  taints: [{ key: 'batch', value: 'yes', effect: 'NoSchedule' }],
  tags: { team: 'shop' },
  iam: {
    instanceRolePermissionsBoundary: 'arn:aws:iam::111122223333:policy/boundary',
    attachPolicyARNs: ['arn:aws:iam::111122223333:policy/logs'],
  },
};

/** Every value of a key, wherever it stands. */
function valuesOf(key: string, value: unknown): unknown[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value as Record<string, unknown>).flatMap(([name, one]) => [
    ...(name === key ? [one] : []),
    ...valuesOf(key, one),
  ]);
}

describe('the stacks of an EKS cluster', () => {
  it.each<[string, string, Template]>([
    ['a cluster in two zones', 'us-west-1', clusterIn('us-west-1', 'ac')],
    ['a cluster in three zones', 'eu-central-1', clusterIn('eu-central-1', 'abc')],
    ['a cluster with every field', 'us-west-1', clusterIn('us-west-1', 'ac', everything)],
    [
      'a cluster without NAT',
      'us-west-1',
      clusterIn('us-west-1', 'ac', { vpc: { nat: { gateway: 'Disable' } } }),
    ],
    ['nodes of Intel', 'us-west-1', nodesOf()],
    ['nodes of Graviton', 'eu-central-1', nodesOf({ instanceType: 'm7g.large' }, 'AL2023_ARM_64_STANDARD')],
    ['nodes with every field', 'us-west-1', nodesOf(allOfNodes, 'BOTTLEROCKET_x86_64')],
  ])(
    'are right for CloudFormation: %s',
    async (_words, region, template) => {
      expect(await lintTemplate(template, region)).toEqual([]);
    },
    toolTimeout,
  );

  it('list what a resource depends on, as eksctl reads it', () => {
    const dependencies = valuesOf('DependsOn', clusterIn('us-west-1', 'ac'));
    expect(dependencies).toEqual([['VPCGatewayAttachment'], ['VPCGatewayAttachment']]);
  });

  it('have as many resources as eksctl makes', () => {
    expect(Object.keys(clusterIn('us-west-1', 'ac').Resources)).toHaveLength(26);
    expect(Object.keys(nodesOf().Resources)).toHaveLength(3);
  });

  it.each(['ac', 'abc'])('divide the network without overlap: zones %s', (letters) => {
    const { VPC, ...parts } = clusterIn('us-west-1', letters).Resources;
    expect(VPC?.Properties).toMatchObject({ CidrBlock: '192.168.0.0/16' });
    const blocks = valuesOf('CidrBlock', parts) as string[];
    expect(new Set(blocks).size).toBe(2 * letters.length);
    for (const block of blocks) expect(block).toMatch(/^192\.168\.(0|32|64|96|128|160|192|224)\.0\/19$/);
  });

  it('name for import what the cluster exports', () => {
    const exported = valuesOf('Export', clusterIn('us-west-1', 'ac').Outputs).flatMap((one) =>
      valuesOf('Fn::Sub', one),
    );
    const names = exported.map((one) => String(one).replace('${AWS::StackName}', clusterStackName('ekslab')));
    const imports = valuesOf('Fn::ImportValue', nodesOf());
    expect(imports.length).toBeGreaterThan(0);
    expect(names).toEqual(expect.arrayContaining(imports));
  });

  it('have a NAT gateway in each zone where they are to be highly available, with the ids of eksctl', () => {
    const { Resources, Outputs } = clusterIn('us-west-1', 'ac', everything);
    expect(Object.keys(Resources).filter((id) => id.startsWith('NAT'))).toEqual(
      ['A', 'C']
        .flatMap((zone) => [`NATIPUSWEST1${zone}`, `NATGatewayUSWEST1${zone}`])
        .concat(['A', 'C'].map((zone) => `NATPrivateSubnetRouteUSWEST1${zone}`)),
    );
    expect(Outputs.FeatureNATMode?.Value).toBe('HighlyAvailable');
    expect(valuesOf('CidrBlock', Resources)).toEqual([
      '10.20.0.0/20',
      ...['10.20.0.0/23', '10.20.4.0/23', '10.20.2.0/23', '10.20.6.0/23'],
    ]);
  });

  it('use roles that are there, and make none beside them', () => {
    const role = 'arn:aws:iam::111122223333:role/eks';
    const cluster = clusterIn('us-west-1', 'ac', { iam: { serviceRoleARN: role } });
    const nodes = nodesOf({ iam: { instanceRoleARN: role } });
    expect(valuesOf('Type', [cluster, nodes])).not.toContain('AWS::IAM::Role');
    expect([...valuesOf('RoleArn', cluster), ...valuesOf('NodeRole', nodes)]).toEqual([role, role]);
    expect(JSON.stringify(cluster)).not.toContain('"ServiceRole"');
  });
});
