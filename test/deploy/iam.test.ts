import { describe, expect, it } from '@jest/globals';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { clusterTemplate } from '../../manifests/eks/cluster-stack.ts';
import { completeNodeGroup } from '../../domain/spec/node-group.ts';
import { nodeGroupTemplate } from '../../manifests/eks/node-group-stack.ts';
import { neededActions } from '../../activities/cluster/eks/preflight/needed-actions.ts';

interface Policy {
  readonly Statement: readonly {
    readonly Sid: string;
    readonly Effect: string;
    readonly Resource: string | readonly string[];
    readonly Action: string | readonly string[];
    readonly Condition?: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;
  }[];
}

/** What a managed policy of IAM may hold, in characters without white space. */
const longest = 6_144;

/** What CloudFormation calls to make and delete a resource, by its type (permissions in the types' schemas). */
const actionsOfType: Readonly<Record<string, readonly string[]>> = {
  'AWS::EC2::EIP': ['ec2:AllocateAddress', 'ec2:ReleaseAddress'],
  'AWS::EC2::InternetGateway': ['ec2:CreateInternetGateway', 'ec2:DeleteInternetGateway'],
  'AWS::EC2::LaunchTemplate': ['ec2:CreateLaunchTemplate', 'ec2:DeleteLaunchTemplate'],
  'AWS::EC2::NatGateway': ['ec2:CreateNatGateway', 'ec2:DeleteNatGateway'],
  'AWS::EC2::Route': ['ec2:CreateRoute', 'ec2:DeleteRoute'],
  'AWS::EC2::RouteTable': ['ec2:CreateRouteTable', 'ec2:DeleteRouteTable'],
  'AWS::EC2::SecurityGroup': ['ec2:CreateSecurityGroup', 'ec2:DeleteSecurityGroup'],
  'AWS::EC2::SecurityGroupIngress': ['ec2:AuthorizeSecurityGroupIngress', 'ec2:RevokeSecurityGroupIngress'],
  'AWS::EC2::Subnet': ['ec2:CreateSubnet', 'ec2:DeleteSubnet', 'ec2:ModifySubnetAttribute'],
  'AWS::EC2::SubnetRouteTableAssociation': ['ec2:AssociateRouteTable', 'ec2:DisassociateRouteTable'],
  'AWS::EC2::VPC': ['ec2:CreateVpc', 'ec2:DeleteVpc', 'ec2:ModifyVpcAttribute'],
  'AWS::EC2::VPCGatewayAttachment': ['ec2:AttachInternetGateway', 'ec2:DetachInternetGateway'],
  'AWS::EKS::AccessEntry': [
    'eks:AssociateAccessPolicy',
    'eks:CreateAccessEntry',
    'eks:DeleteAccessEntry',
    'eks:DescribeAccessEntry',
    'eks:ListAssociatedAccessPolicies',
  ],
  'AWS::EKS::Cluster': ['eks:CreateCluster', 'eks:DeleteCluster', 'iam:PassRole'],
  'AWS::EKS::Nodegroup': ['eks:CreateNodegroup', 'eks:DeleteNodegroup', 'iam:PassRole'],
  'AWS::IAM::Role': [
    'iam:CreateRole',
    'iam:DeleteRole',
    'iam:AttachRolePolicy',
    'iam:DetachRolePolicy',
    'iam:TagRole',
  ],
};

const accessConfig = { accessEntries: [{ principalARN: 'arn:aws:iam::111122223333:role/admin' }] };
const templates = [
  clusterTemplate({
    name: 'ekslab',
    version: '1.35',
    zones: ['us-west-1a', 'us-west-1c'],
    config: { accessConfig },
  }),
  nodeGroupTemplate({ ...completeNodeGroup(), cluster: 'ekslab', amiType: 'AL2023_x86_64_STANDARD' }),
];

async function policy(name: string): Promise<Policy> {
  const url = new URL(`../../deploy/iam/${name}.json`, import.meta.url);
  return JSON.parse(await readFile(url, 'utf8')) as Policy;
}

async function actionsOf(name: string): Promise<string[]> {
  return (await policy(name)).Statement.flatMap(({ Action }) => Action);
}

describe('the policies in deploy/iam', () => {
  it.each(['create', 'operate'])('%s is short enough, and gives no service as a whole', async (name) => {
    expect(JSON.stringify(await policy(name)).length).toBeLessThan(longest);
    for (const action of await actionsOf(name))
      expect(action).toMatch(/^[a-z0-9]+:([A-Z][A-Za-z]+|Describe\*)$/);
  });

  it('create holds what the preflight asks for', async () => {
    const identity = {
      account: '111122223333',
      arn: 'arn:aws:iam::111122223333:user/ada',
      region: 'us-west-1',
    };
    const needed = neededActions('ekslab', identity).flatMap(({ actions }) => actions);
    expect(await actionsOf('create')).toEqual(expect.arrayContaining(needed));
  });

  it('create makes and deletes every type of resource that the templates have', async () => {
    const types = new Set(
      templates.flatMap(({ Resources }) => Object.values(Resources).map(({ Type }) => Type)),
    );
    const given = await actionsOf('create');
    expect([...types].sort()).toEqual(Object.keys(actionsOfType).sort());
    expect(given).toEqual(expect.arrayContaining(Object.values(actionsOfType).flat()));
  });

  it('create removes what controllers and eksctl leave of a cluster', async () => {
    const removals = [
      'ec2:DeleteNetworkInterface',
      'ec2:DeleteSecurityGroup',
      'ec2:RevokeSecurityGroupEgress',
      'ec2:RevokeSecurityGroupIngress',
      'elasticloadbalancing:DeleteLoadBalancer',
      'elasticloadbalancing:DeleteTargetGroup',
      'iam:DeleteOpenIDConnectProvider',
    ];
    expect(await actionsOf('create')).toEqual(expect.arrayContaining(removals));
  });

  it.each(['create', 'operate'])(
    '%s names ARNs so that one sed moves it to another partition',
    async (name) => {
      const text = JSON.stringify(await policy(name));
      expect(text.replaceAll('arn:aws:', '')).not.toContain('arn:');
    },
  );

  it('create gives roles the policies that the templates name, and no others', async () => {
    const named = [...JSON.stringify(templates).matchAll(/:iam::aws:policy\/(\w+)/g)].map(([, name]) => name);
    const { Statement } = await policy('create');
    const attaching = Statement.filter(({ Action }) => Action.includes('iam:AttachRolePolicy'));
    expect(attaching.map(({ Sid }) => Sid)).toEqual(['RolePolicies']);
    const allowed = attaching[0]?.Condition?.ArnEquals?.['iam:PolicyARN'] ?? [];
    expect(allowed.toSorted()).toEqual(named.map((name) => `arn:aws:iam::aws:policy/${name}`).sort());
  });

  it('create can be bound to clusters of a prefix, as its README says', async () => {
    const readme = await readFile(new URL('../../deploy/iam/README.md', import.meta.url), 'utf8');
    const [, command = ''] = /```sh\n(sed .*) create\.json\n```/.exec(readme) ?? [];
    const file = fileURLToPath(new URL('../../deploy/iam/create.json', import.meta.url));
    const args = [...command.matchAll(/-e '([^']+)'/g)].flatMap(([, script = '']) => ['-e', script]);
    const { stdout } = await execa('sed', [...args, file]);
    const resources = (JSON.parse(stdout) as Policy).Statement.flatMap(({ Resource }) => Resource);
    const named = resources.filter((arn) => /:(stack|cluster|nodegroup|addon)\/|role\/eksctl/.test(arn));
    expect(named.length).toBeGreaterThanOrEqual(7);
    for (const arn of named) expect(arn).toMatch(/\/(eksctl-)?shop-\*/);
  });

  it('operate changes nothing', async () => {
    for (const action of await actionsOf('operate')) expect(action).toMatch(/:(Describe|Get|List)/);
  });
});
