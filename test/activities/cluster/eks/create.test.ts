import { describe, expect, it } from '@jest/globals';
import { CreateStackCommand, DescribeStacksCommand, type Stack } from '@aws-sdk/client-cloudformation';
import { AllocateAddressCommand } from '@aws-sdk/client-ec2';
import {
  CreateClusterCommand,
  DescribeAddonCommand,
  DescribeClusterCommand,
  DescribeNodegroupCommand,
  ListAccessEntriesCommand,
} from '@aws-sdk/client-eks';
import type { EksConfig } from '../../../../domain/spec/schema/eks-config.ts';
import type { GivenNodeGroup } from '../../../../domain/spec/schema/node-group.ts';
import { type Account, newCluster, useAccounts } from './account.ts';

const account = useAccounts();

const creations = (one: Account) =>
  one.calls().filter(({ action }) => ['CreateStack', 'CreateAddon'].includes(action));

async function stackOf(one: Account, StackName: string) {
  const { Stacks = [] } = await one.aws.cloudFormation.send(new DescribeStacksCommand({ StackName }));
  return Stacks[0];
}

function tagsOf(stack: Stack | undefined): Record<string, string | undefined> {
  return Object.fromEntries((stack?.Tags ?? []).map(({ Key = '', Value }) => [Key, Value]));
}

describe('an EKS cluster', () => {
  it('is two stacks and four add-ons, with the names and tags of eksctl', async () => {
    const one = account();
    const connection = await one.ensure();

    expect(connection).toMatchObject({
      provider: 'eks',
      name: 'ekslab',
      created: true,
      eks: { region: 'us-west-1', profile: null },
    });
    const { stacks, clusters, inCluster, addresses, natGateways } = await one.inventory();
    expect(stacks).toEqual(['eksctl-ekslab-cluster', 'eksctl-ekslab-nodegroup-workers']);
    expect(clusters).toEqual(['ekslab']);
    expect(inCluster).toEqual([
      'ekslab/coredns',
      'ekslab/kube-proxy',
      'ekslab/metrics-server',
      'ekslab/vpc-cni',
      'ekslab/workers',
    ]);
    expect([addresses?.length, natGateways?.length]).toEqual([1, 1]);

    const stack = await stackOf(one, 'eksctl-ekslab-cluster');
    expect(stack?.EnableTerminationProtection).toBe(true);
    expect(tagsOf(stack)).toMatchObject({
      'alpha.eksctl.io/cluster-name': 'ekslab',
      'eksctl.cluster.k8s.io/v1alpha1/cluster-name': 'ekslab',
      'sluice.dev/workflow-id': 'rollout/lab/default/reviews',
      'sluice.dev/run-id': 'run-1',
    });
    const { nodegroup } = await one.aws.eks.send(
      new DescribeNodegroupCommand({ clusterName: 'ekslab', nodegroupName: 'workers' }),
    );
    expect(nodegroup?.scalingConfig).toEqual({ minSize: 1, desiredSize: 2, maxSize: 4 });
    expect(nodegroup?.instanceTypes).toEqual(['c5.large']);
    expect(nodegroup?.subnets).toHaveLength(2);
  });

  it('is made once, however often the step is done again', async () => {
    const one = account();
    await one.ensure();
    const before = await one.inventory();
    expect(creations(one)).toHaveLength(6);

    await expect(one.ensure()).resolves.toMatchObject({ created: true });
    expect(creations(one)).toHaveLength(6);
    expect(await one.inventory()).toEqual(before);
  });

  it('of an earlier run is used, and is not this run’s', async () => {
    const one = account();
    await one.ensure();
    await expect(one.ensure(newCluster(), 'run-2')).resolves.toMatchObject({ created: false });
    expect(creations(one)).toHaveLength(6);
    await expect(one.abandon(newCluster(), 'run-2')).resolves.toEqual([]);
  });

  it('of an earlier run is not upgraded in silence', async () => {
    const one = account();
    await one.ensure();
    await expect(one.ensure(newCluster({ version: '1.36' }), 'run-2')).rejects.toMatchObject({
      type: 'InvalidTarget',
      message: expect.stringContaining('is there with Kubernetes 1.35, the spec asks for 1.36'),
    });
  });

  it('that another run is making is left to it', async () => {
    const one = account();
    await one.wish({ failCreate: { ManagedNodeGroup: 'no capacity' } });
    await expect(one.ensure()).rejects.toThrow('no capacity');
    one.open.add('run-1');
    await expect(one.ensure(newCluster(), 'run-2')).rejects.toMatchObject({ type: 'TargetBusy' });
  });

  it('that Sluice did not make is refused, whoever made it', async () => {
    const [plain, stacked] = [account(), account()];
    await plain.aws.eks.send(
      new CreateClusterCommand({
        name: 'ekslab',
        version: '1.35',
        roleArn: `arn:aws:iam::${plain.id}:role/eks`,
        resourcesVpcConfig: {},
      }),
    );
    const TemplateBody = JSON.stringify({
      Resources: { VPC: { Type: 'AWS::EC2::VPC', Properties: { CidrBlock: '10.0.0.0/16' } } },
    });
    await stacked.aws.cloudFormation.send(
      new CreateStackCommand({ StackName: 'eksctl-ekslab-cluster', TemplateBody }),
    );
    for (const one of [plain, stacked]) {
      const before = await one.inventory();
      await expect(one.ensure()).rejects.toMatchObject({
        type: 'InvalidTarget',
        message: expect.stringContaining('existing: true'),
      });
      expect(await one.inventory()).toEqual(before);
    }
  });

  it('that is there is used as it is, and has to be there', async () => {
    const one = account();
    const { name, region, profile, kubeconfig } = newCluster();
    const existing = { provider: 'eks', name, region, profile, kubeconfig, existing: true } as const;
    await expect(one.ensure(existing)).rejects.toMatchObject({
      type: 'InvalidTarget',
      message: expect.stringContaining('there is no EKS cluster ekslab in us-west-1'),
    });
    await one.ensure();
    const calls = creations(one).length;
    await expect(one.ensure(existing, 'run-2')).resolves.toMatchObject({ created: false });
    expect(creations(one)).toHaveLength(calls);
  });
});

describe('a cluster that the spec describes', () => {
  it('has the network, access, logs and encryption that it says', async () => {
    const one = account();
    const key = 'arn:aws:kms:us-west-1:111122223333:key/1';
    const principalARN = 'arn:aws:iam::111122223333:role/admin';
    const config: EksConfig = {
      tags: { team: 'shop' },
      vpc: {
        cidr: '10.20.0.0/16',
        nat: { gateway: 'HighlyAvailable' },
        clusterEndpoints: { privateAccess: true },
      },
      accessConfig: { authenticationMode: 'API', accessEntries: [{ principalARN }] },
      cloudWatch: { clusterLogging: { enableTypes: ['audit', 'api'] } },
      secretsEncryption: { keyARN: key },
    };
    await one.ensure(newCluster({ config }));

    const { cluster } = await one.aws.eks.send(new DescribeClusterCommand({ name: 'ekslab' }));
    expect(cluster?.resourcesVpcConfig).toMatchObject({
      endpointPublicAccess: true,
      endpointPrivateAccess: true,
    });
    expect(cluster?.accessConfig?.authenticationMode).toBe('API');
    expect(cluster?.logging?.clusterLogging?.find(({ enabled }) => enabled)?.types).toEqual(['api', 'audit']);
    const { accessEntries } = await one.aws.eks.send(new ListAccessEntriesCommand({ clusterName: 'ekslab' }));
    expect(accessEntries).toContain(principalARN);
    const { natGateways, addresses } = await one.inventory();
    expect([natGateways?.length, addresses?.length]).toEqual([2, 2]);
    expect(tagsOf(await stackOf(one, 'eksctl-ekslab-cluster'))).toMatchObject({ team: 'shop' });

    await one.remove();
  });

  it('has the node groups and add-ons that it names, and goes with all of them', async () => {
    const one = account();
    const before = await one.inventory();
    const managedNodeGroups: GivenNodeGroup[] = [
      { name: 'system', labels: { tier: 'system' } },
      {
        name: 'batch',
        instanceTypes: ['c5.large', 'm5.large'],
        spot: true,
        minSize: 0,
        desiredCapacity: 0,
        privateNetworking: true,
        taints: [{ key: 'batch', value: 'yes', effect: 'NoSchedule' }],
      },
      { name: 'arm', instanceType: 'm7g.large', amiFamily: 'Bottlerocket' },
    ];
    const addons = [{ name: 'aws-ebs-csi-driver', version: 'v1.56.0-eksbuild.1' }];
    await one.ensure(newCluster({ managedNodeGroups, config: { addons } }));

    const group = async (nodegroupName: string) =>
      (await one.aws.eks.send(new DescribeNodegroupCommand({ clusterName: 'ekslab', nodegroupName })))
        .nodegroup;
    expect((await group('system'))?.labels).toMatchObject({ tier: 'system' });
    expect(await group('batch')).toMatchObject({
      capacityType: 'SPOT',
      instanceTypes: ['c5.large', 'm5.large'],
      scalingConfig: { minSize: 0, desiredSize: 0, maxSize: 4 },
      taints: [{ key: 'batch', value: 'yes', effect: 'NO_SCHEDULE' }],
    });
    expect((await group('batch'))?.subnets).not.toEqual((await group('system'))?.subnets);
    expect((await group('arm'))?.amiType).toBe('BOTTLEROCKET_ARM_64');
    const { addon } = await one.aws.eks.send(
      new DescribeAddonCommand({ clusterName: 'ekslab', addonName: 'aws-ebs-csi-driver' }),
    );
    expect(addon?.addonVersion).toBe('v1.56.0-eksbuild.1');
    expect((await one.inventory()).inCluster).toContain('ekslab/coredns');

    await one.remove();
    expect(await one.inventory()).toEqual(before);
  });

  it('is compared with what it says, where an earlier run made it', async () => {
    const one = account();
    await one.ensure();
    const config: EksConfig = { vpc: { clusterEndpoints: { privateAccess: true } } };
    const plan = await one.plan(
      newCluster({ config, managedNodeGroups: [{ spot: true, labels: { a: 'b' } }] }),
    );
    expect(plan.differences).toEqual([
      'vpc.clusterEndpoints.privateAccess is false, the spec says true',
      'node group workers: its capacity is ON_DEMAND, the spec says SPOT',
      'node group workers: its nodes have no label a: b',
    ]);
  });

  it('needs an elastic IP for each NAT gateway', async () => {
    const one = account();
    for (let count = 0; count < 4; count += 1)
      await one.aws.ec2.send(new AllocateAddressCommand({ Domain: 'vpc' }));
    const config: EksConfig = { vpc: { nat: { gateway: 'HighlyAvailable' } } };
    await expect(one.ensure(newCluster({ config }))).rejects.toMatchObject({
      type: 'QuotaExceeded',
      message: expect.stringContaining('4 of 5 elastic IPs in us-west-1, and the cluster needs 2 more'),
    });
    await expect(
      one.plan(newCluster({ config: { vpc: { nat: { gateway: 'Single' } } } })),
    ).resolves.toBeDefined();
  });
});

describe('bad input', () => {
  it.each([
    [
      'version',
      { version: '1.21' },
      'Kubernetes 1.21; it supports 1.33 (extended support), 1.34, 1.35, 1.36',
    ],
    [
      'type',
      { managedNodeGroups: [{ instanceType: 'c9.huge' }] },
      'zones that have c9.huge; of us-west-1a, us-west-1c in us-west-1, none has it',
    ],
    ['rare type', { managedNodeGroups: [{ instanceType: 'p5.48xlarge' }] }, 'us-west-1a only have it'],
    [
      'types for different images',
      { managedNodeGroups: [{ instanceTypes: ['c5.large', 'm7g.large'] }] },
      'node group workers: needs one image, its types are c5.large (x86_64), m7g.large (arm64)',
    ],
    [
      'a type without an image',
      { managedNodeGroups: [{ instanceType: 'inf2.xlarge', amiFamily: 'Bottlerocket' }] },
      'Bottlerocket has no image for inf2.xlarge (x86_64 with Neuron)',
    ],
  ] satisfies [string, Parameters<typeof newCluster>[0], string][])(
    'is said before anything is created: %s',
    async (_words, change, message) => {
      const one = account();
      const before = await one.inventory();
      await expect(one.ensure(newCluster(change))).rejects.toMatchObject({
        type: 'InvalidTarget',
        nonRetryable: true,
        message: expect.stringContaining(message),
      });
      expect(creations(one)).toEqual([]);
      expect(await one.inventory()).toEqual(before);
    },
  );

  it.each([
    ['ExpiredTokenException', 'The security token included in the request is expired'],
    ['InvalidClientTokenId', 'The security token included in the request is invalid.'],
  ])('credentials that AWS does not take: %s', async (name, message) => {
    const one = account();
    one.rule(({ action }) =>
      action === 'GetCallerIdentity' ? { kind: 'error', name, message, status: 403 } : null,
    );
    await expect(one.ensure()).rejects.toMatchObject({
      type: 'NoCredentials',
      nonRetryable: true,
      message: expect.stringContaining(`${name}: ${message}; renew the AWS credentials of the worker`),
    });
    expect(creations(one)).toEqual([]);
  });

  it('a quota that is used up', async () => {
    const one = account();
    await one.fillAddresses();
    await expect(one.ensure()).rejects.toMatchObject({
      type: 'QuotaExceeded',
      message: expect.stringContaining('the account has 5 of 5 elastic IPs in us-west-1'),
    });
    expect(creations(one)).toEqual([]);
  });
});
