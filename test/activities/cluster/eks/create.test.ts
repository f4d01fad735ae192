import { describe, expect, it } from '@jest/globals';
import { CreateStackCommand, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { CreateClusterCommand, DescribeNodegroupCommand } from '@aws-sdk/client-eks';
import { type Account, newCluster, useAccounts } from './account.ts';

const account = useAccounts();

const creations = (one: Account) =>
  one.calls().filter(({ action }) => ['CreateStack', 'CreateAddon'].includes(action));

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

    const { Stacks = [] } = await one.aws.cloudFormation.send(
      new DescribeStacksCommand({ StackName: 'eksctl-ekslab-cluster' }),
    );
    const tags = Object.fromEntries((Stacks[0]?.Tags ?? []).map(({ Key = '', Value }) => [Key, Value]));
    expect(Stacks[0]?.EnableTerminationProtection).toBe(true);
    expect(tags).toMatchObject({
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

describe('bad input', () => {
  it.each([
    [
      'version',
      { version: '1.21' },
      'Kubernetes 1.21; it supports 1.33 (extended support), 1.34, 1.35, 1.36',
    ],
    [
      'type',
      { nodeGroup: nodeGroupOf('c9.huge') },
      'zones that have c9.huge; of us-west-1a, us-west-1c in us-west-1, none has it',
    ],
    ['rare type', { nodeGroup: nodeGroupOf('p5.48xlarge') }, 'us-west-1a only have it'],
  ])('is said before anything is created: %s', async (_words, change, message) => {
    const one = account();
    const before = await one.inventory();
    await expect(one.ensure(newCluster(change))).rejects.toMatchObject({
      type: 'InvalidTarget',
      nonRetryable: true,
      message: expect.stringContaining(message),
    });
    expect(creations(one)).toEqual([]);
    expect(await one.inventory()).toEqual(before);
  });

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

function nodeGroupOf(instanceType: string) {
  return { name: 'workers', instanceType, desired: 2, min: 1, max: 4, volumeSize: 80 };
}
