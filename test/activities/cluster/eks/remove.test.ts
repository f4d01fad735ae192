import { describe, expect, it } from '@jest/globals';
import { CreateStackCommand } from '@aws-sdk/client-cloudformation';
import {
  AuthorizeSecurityGroupIngressCommand,
  CreateNetworkInterfaceCommand,
  CreateSecurityGroupCommand,
  DeleteNetworkInterfaceCommand,
  DescribeSecurityGroupsCommand,
  DescribeSubnetsCommand,
} from '@aws-sdk/client-ec2';
import { DescribeClusterCommand } from '@aws-sdk/client-eks';
import { CreateOpenIDConnectProviderCommand } from '@aws-sdk/client-iam';
import {
  CreateLoadBalancerCommand as CreateClassicCommand,
  DeleteLoadBalancerCommand as DeleteClassicCommand,
} from '@aws-sdk/client-elastic-load-balancing';
import {
  CreateListenerCommand,
  CreateLoadBalancerCommand,
  CreateTargetGroupCommand,
  DeleteLoadBalancerCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { apiFailure } from '../../../../activities/kubernetes/failure.ts';
import { namespace } from '../../support/objects.ts';
import { type Account, newCluster, useAccounts } from './account.ts';

const account = useAccounts();

/** A subnet of the cluster's network. */
async function subnetOf({ aws: { ec2 } }: Account): Promise<{ SubnetId: string; VpcId: string }> {
  const { Subnets = [] } = await ec2.send(new DescribeSubnetsCommand({}));
  const { SubnetId = '', VpcId = '' } = Subnets.find(({ CidrBlock }) => CidrBlock === '192.168.0.0/19') ?? {};
  return { SubnetId, VpcId };
}

const owned = [{ Key: 'kubernetes.io/cluster/ekslab', Value: 'owned' }];

/** What controllers of a cluster leave in its network when nobody asked them to clean up. */
async function leaveBehind(one: Account): Promise<string> {
  const { SubnetId, VpcId } = await subnetOf(one);
  await one.aws.elb.send(
    new CreateClassicCommand({
      LoadBalancerName: 'classic',
      Listeners: [],
      Subnets: [SubnetId],
      Tags: owned,
    }),
  );
  const { LoadBalancers = [] } = await one.aws.elbV2.send(
    new CreateLoadBalancerCommand({ Name: 'network', Type: 'network', Subnets: [SubnetId], Tags: owned }),
  );
  const TagSpecifications = [{ ResourceType: 'security-group' as const, Tags: owned }];
  await one.aws.ec2.send(
    new CreateSecurityGroupCommand({ GroupName: 'k8s-elb-x', Description: 'x', VpcId, TagSpecifications }),
  );
  return LoadBalancers[0]?.LoadBalancerArn ?? '';
}

/** A security group in the cluster's network, as a controller tags it where it is the controller's. */
async function createGroup(one: Account, GroupName: string, isOwned: boolean): Promise<string> {
  const { VpcId } = await subnetOf(one);
  const TagSpecifications = isOwned ? [{ ResourceType: 'security-group' as const, Tags: owned }] : [];
  const command = new CreateSecurityGroupCommand({ GroupName, Description: 'x', VpcId, TagSpecifications });
  const { GroupId = '' } = await one.aws.ec2.send(command);
  return GroupId;
}

/** The first group lets the second one in, and addresses too. */
async function letIn({ aws: { ec2 } }: Account, GroupId: string, from: string): Promise<void> {
  const tcp = { IpProtocol: 'tcp', FromPort: 80, ToPort: 80 };
  const IpPermissions = [
    { ...tcp, UserIdGroupPairs: [{ GroupId: from, Description: 'from a load balancer' }] },
    { ...tcp, IpRanges: [{ CidrIp: '10.1.0.0/16' }] },
  ];
  await ec2.send(new AuthorizeSecurityGroupIngressCommand({ GroupId, IpPermissions }));
}

/** A group of the cluster's stack. */
async function nodeGroupOf({ aws: { ec2 } }: Account): Promise<string> {
  const { SecurityGroups = [] } = await ec2.send(new DescribeSecurityGroupsCommand({}));
  const found = SecurityGroups.find(({ Description }) => Description === 'All nodes of the cluster');
  return found?.GroupId ?? '';
}

/** A stack of the cluster that eksctl made, with a role. */
async function createRoleStack(
  { aws: { cloudFormation } }: Account,
  part: string,
  ...tags: { Key: string; Value: string }[]
): Promise<string> {
  const StackName = `eksctl-ekslab-${part}`;
  const AssumeRolePolicyDocument = { Version: '2012-10-17', Statement: [] };
  const Role = { Type: 'AWS::IAM::Role', Properties: { AssumeRolePolicyDocument } };
  await cloudFormation.send(
    new CreateStackCommand({
      StackName,
      TemplateBody: JSON.stringify({ Resources: { Role } }),
      Tags: [{ Key: 'alpha.eksctl.io/cluster-name', Value: 'ekslab' }, ...tags],
    }),
  );
  return StackName;
}

async function createServiceAccountStack(one: Account): Promise<string> {
  return createRoleStack(one, 'addon-iamserviceaccount-default-s3');
}

/** An application load balancer with a listener, its target group and its groups, one of which nodes let in. */
async function leaveApplicationBalancer(one: Account): Promise<void> {
  const { elbV2 } = one.aws;
  const { SubnetId, VpcId } = await subnetOf(one);
  const [front, back] = [await createGroup(one, 'k8s-front', true), await createGroup(one, 'k8s-back', true)];
  await letIn(one, await nodeGroupOf(one), back);
  await letIn(one, front, back);
  await letIn(one, back, front);
  const { LoadBalancers = [] } = await elbV2.send(
    new CreateLoadBalancerCommand({
      Name: 'app',
      Subnets: [SubnetId],
      SecurityGroups: [front, back],
      Tags: owned,
    }),
  );
  const { TargetGroups = [] } = await elbV2.send(
    new CreateTargetGroupCommand({ Name: 'k8s-targets', Protocol: 'HTTP', Port: 80, VpcId, Tags: owned }),
  );
  await elbV2.send(
    new CreateListenerCommand({
      LoadBalancerArn: LoadBalancers[0]?.LoadBalancerArn,
      Protocol: 'HTTP',
      Port: 80,
      DefaultActions: [{ Type: 'forward', TargetGroupArn: TargetGroups[0]?.TargetGroupArn }],
    }),
  );
}

/** An OpenID Connect provider for the cluster's service accounts. */
async function associateProvider({ aws: { eks, iam } }: Account): Promise<void> {
  const { cluster } = await eks.send(new DescribeClusterCommand({ name: 'ekslab' }));
  const Url = cluster?.identity?.oidc?.issuer;
  await iam.send(new CreateOpenIDConnectProviderCommand({ Url, ThumbprintList: ['0'.repeat(40)] }));
}

describe('the removal of an EKS cluster', () => {
  it('leaves the account as it was before', async () => {
    const one = account();
    const before = await one.inventory();
    await one.ensure();
    await expect(one.remove()).resolves.toEqual({ removed: true });
    expect(await one.inventory()).toEqual(before);
    await expect(one.remove()).resolves.toEqual({ removed: false });
  });

  it('takes nodes first, and the cluster last', async () => {
    const one = account();
    await one.ensure();
    const creation = one.calls().length;
    await one.remove();
    const order = one
      .calls()
      .slice(creation)
      .filter(({ action }) => action.startsWith('Delete'))
      .map(({ action }) => action);
    expect(order).toEqual(['DeleteOpenIDConnectProvider', 'DeleteStack', 'DeleteStack']);
  });

  it('asks the cluster to let its load balancers go, and removes those that stay', async () => {
    const one = account();
    const before = await one.inventory();
    await one.ensure();
    const balancer = await leaveBehind(one);
    const service = {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'gateway', namespace: 'istio-system' },
    };
    one.cluster.put(namespace('istio-system'));
    one.cluster.put({ ...service, spec: { type: 'LoadBalancer' } } as never);
    one.cluster.put({
      ...service,
      metadata: { name: 'plain', namespace: 'default' },
      spec: { type: 'ClusterIP' },
    } as never);
    one.cluster.put({
      apiVersion: 'networking.k8s.io/v1',
      kind: 'Ingress',
      metadata: { name: 'shop', namespace: 'istio-system' },
    });
    one.cluster.onRemove = async () => {
      await one.aws.elb.send(new DeleteClassicCommand({ LoadBalancerName: 'classic' }));
      await one.aws.elbV2.send(new DeleteLoadBalancerCommand({ LoadBalancerArn: balancer }));
    };
    await one.remove();

    expect(one.cluster.log).toContain('remove Service/istio-system/gateway');
    expect(one.cluster.log).toContain('remove Ingress/istio-system/shop');
    expect(one.cluster.log).not.toContain('remove Service/default/plain');
    expect(await one.inventory()).toEqual(before);
  });

  it('removes load balancers itself when the cluster has none to tell', async () => {
    const one = account();
    const before = await one.inventory();
    await one.ensure();
    await leaveBehind(one);
    await one.remove();
    expect(await one.inventory()).toEqual(before);
    const deletions = one.calls().filter(({ action }) => action.startsWith('Delete'));
    expect(deletions[0]?.action).toBe('DeleteLoadBalancer');
    expect(deletions.filter(({ action }) => action === 'DeleteStack')).toHaveLength(2);
  });

  it('leaves nothing in one run, whatever controllers, eksctl and the CNI left', async () => {
    const one = account();
    const before = await one.inventory();
    await one.ensure();
    await leaveBehind(one);
    await leaveApplicationBalancer(one);
    await associateProvider(one);
    const stack = await createServiceAccountStack(one);
    const { SubnetId } = await subnetOf(one);
    const TagSpecifications = [
      {
        ResourceType: 'network-interface' as const,
        Tags: [{ Key: 'cluster.k8s.amazonaws.com/name', Value: 'ekslab' }],
      },
    ];
    await one.aws.ec2.send(new CreateNetworkInterfaceCommand({ SubnetId, TagSpecifications }));
    const there = await one.inventory();
    expect(there.stacks).toContain(stack);
    expect(there.targetGroups).toHaveLength(1);
    expect(there.identityProviders).toHaveLength(1);

    // The first stack to go does not, the first time.
    await one.wish({ failDelete: { 'AWS::IAM::Role': 'DeleteConflict: it is being used' } });
    await expect(one.remove()).resolves.toEqual({ removed: true });
    expect(await one.inventory()).toEqual(before);
  });

  it('goes past a stack that does not go, and names it with the command that removes it', async () => {
    const one = account();
    await one.ensure();
    const stack = await createServiceAccountStack(one);
    await one.wish({ failDelete: { 'AWS::IAM::Role': 'DeleteConflict: in use' }, failDeleteTimes: 2 });
    await expect(one.remove()).rejects.toMatchObject({
      type: 'DeletionFailed',
      message: expect.stringMatching(
        new RegExp(
          `stack ${stack} could not be deleted; left over: Role .*DeleteConflict: in use.*; still there: ${stack}; \`npx sluice teardown --cluster ekslab --region us-west-1\` removes it$`,
        ),
      ),
    });
    expect((await one.inventory()).clusters).toEqual([]);
    await expect(one.remove()).resolves.toEqual({ removed: true });
    expect((await one.inventory()).stacks).toEqual([]);
  });

  it('keeps the cluster while a node group needs it', async () => {
    const one = account();
    await one.ensure();
    await one.wish({ failDelete: { 'AWS::EKS::Nodegroup': 'in use' }, failDeleteTimes: 2 });
    await expect(one.remove()).rejects.toThrow(
      /stack eksctl-ekslab-nodegroup-workers could not be deleted; .*still there: eksctl-ekslab-nodegroup-workers, eksctl-ekslab-cluster;/,
    );
    expect((await one.inventory()).clusters).toEqual(['ekslab']);
  });

  it('removes the other stacks of a cluster that is gone, though a node group does not go', async () => {
    const one = account();
    const nodeGroup = { Key: 'alpha.eksctl.io/nodegroup-name', Value: 'workers' };
    await createRoleStack(one, 'nodegroup-old', nodeGroup);
    const newer = await createRoleStack(one, 'nodegroup-new', nodeGroup);
    await one.wish({ failDelete: { 'AWS::IAM::Role': 'in use' }, failDeleteTimes: 2 });
    await expect(one.remove()).rejects.toThrow(`still there: ${newer};`);
    expect((await one.inventory()).stacks).toEqual([newer]);
  });

  it('does not touch what others have put into the network', async () => {
    const one = account();
    await one.ensure();
    const { SubnetId } = await subnetOf(one);
    const { ec2 } = one.aws;
    const { NetworkInterface } = await ec2.send(
      new CreateNetworkInterfaceCommand({ SubnetId, Description: 'RDS' }),
    );
    const NetworkInterfaceId = NetworkInterface?.NetworkInterfaceId ?? '';
    await expect(one.remove()).rejects.toMatchObject({
      type: 'DeletionFailed',
      message: expect.stringContaining(`DependencyViolation: ${SubnetId} has dependencies`),
    });
    expect((await one.inventory()).networkInterfaces).toEqual([NetworkInterfaceId]);
    await ec2.send(new DeleteNetworkInterfaceCommand({ NetworkInterfaceId }));
    await expect(one.remove()).resolves.toEqual({ removed: true });
  });

  it.each([401, 403])('needs no API server that knows the caller (%i)', async (code) => {
    const one = account();
    const before = await one.inventory();
    await one.ensure();
    await leaveBehind(one);
    one.cluster.list = () =>
      Promise.reject(apiFailure('list', { code, reason: '', message: 'no', causes: [] }));
    await expect(one.remove()).resolves.toEqual({ removed: true });
    expect(await one.inventory()).toEqual(before);
  });

  it('removes network interfaces that keep the network alive', async () => {
    const one = account();
    const before = await one.inventory();
    await one.ensure();
    const { SubnetId } = await subnetOf(one);
    await one.aws.ec2.send(new CreateNetworkInterfaceCommand({ SubnetId, Description: 'aws-K8S-i-0' }));
    await one.remove();
    expect(await one.inventory()).toEqual(before);
    expect(one.calls().map(({ action }) => action)).toContain('DeleteNetworkInterface');
  });

  it('names what is left over when the second try fails too, and ends it when asked again', async () => {
    const one = account();
    const before = await one.inventory();
    await one.ensure();
    await one.wish({
      failDelete: { 'AWS::EC2::VPC': 'DependencyViolation: vpc-1 has dependencies' },
      failDeleteTimes: 2,
    });
    await expect(one.remove()).rejects.toMatchObject({
      type: 'DeletionFailed',
      nonRetryable: true,
      message: expect.stringMatching(
        /stack eksctl-ekslab-cluster could not be deleted; left over: VPC vpc-\w+ \(.*DependencyViolation/,
      ),
    });
    await expect(one.remove()).resolves.toEqual({ removed: true });
    expect(await one.inventory()).toEqual(before);
  });

  it('waits for other rollouts on the cluster, however their specs name it', async () => {
    const one = account();
    await one.ensure();
    const there = await one.inventory();
    for (const name of ['ekslab.us-west-1', 'ekslab']) {
      one.rollouts.set(name, 'rollout/ekslab/default/ratings');
      await expect(one.remove()).rejects.toMatchObject({
        type: 'TargetBusy',
        message: expect.stringMatching(
          /is used by rollout\/ekslab\/default\/ratings, which is open: .*`npx sluice teardown --cluster ekslab --region us-west-1`/,
        ),
      });
      expect(await one.inventory()).toEqual(there);
      one.rollouts.clear();
    }
    one.rollouts.set('ekslab.eu-west-1', 'rollout/ekslab.eu-west-1/default/ratings');
    await expect(one.remove()).resolves.toEqual({ removed: true });
  });

  it('is the undo of the rollout that is open itself', async () => {
    const one = account();
    await one.ensure();
    one.rollouts.set('ekslab.us-west-1', 'rollout/lab/default/reviews');
    await expect(one.abandon()).resolves.toHaveLength(2);
  });

  it('does not touch what Sluice did not make', async () => {
    const one = account();
    const TemplateBody = JSON.stringify({
      Resources: { VPC: { Type: 'AWS::EC2::VPC', Properties: { CidrBlock: '10.0.0.0/16' } } },
    });
    await one.aws.cloudFormation.send(
      new CreateStackCommand({ StackName: 'eksctl-ekslab-cluster', TemplateBody }),
    );
    const before = await one.inventory();
    await expect(one.remove()).rejects.toThrow('`eksctl delete cluster ekslab` removes what eksctl made');
    await expect(one.abandon()).resolves.toEqual([]);
    expect(await one.inventory()).toEqual(before);
  });
});

describe('a creation that fails', () => {
  const clusterFailed = 'stack eksctl-ekslab-cluster \\(ROLLBACK_COMPLETE\\)';
  const nodesFailed =
    'stack eksctl-ekslab-cluster \\(CREATE_COMPLETE\\), stack eksctl-ekslab-nodegroup-workers \\(ROLLBACK_COMPLETE\\)';

  it('before anything is there says so', async () => {
    const one = account();
    await expect(one.ensure(newCluster({ version: '1.21' }))).rejects.toThrow(
      /makes no cluster of Kubernetes 1\.21.*; nothing was created$/,
    );
    await expect(one.abandon()).resolves.toEqual([]);
  });

  it.each([
    ['VPC', 'The maximum number of VPCs has been reached.', 'QuotaExceeded', clusterFailed],
    ['ControlPlane', 'unsupported availability zone', 'CreationFailed', clusterFailed],
    ['NodeInstanceRole', 'not authorized to perform: iam:CreateRole', 'AccessDenied', nodesFailed],
    ['ManagedNodeGroup', 'no capacity for c5.large', 'CreationFailed', nodesFailed],
  ])(
    'at %s tells the first event that failed, and is removed without a trace',
    async (resource, reason, type, soFar) => {
      const one = account();
      const before = await one.inventory();
      await one.wish({ failCreate: { [resource]: reason } });
      await expect(one.ensure()).rejects.toMatchObject({
        type,
        nonRetryable: true,
        message: expect.stringMatching(
          new RegExp(
            `^stack eksctl-ekslab-\\S+ could not be created .*${resource} .*CREATE_FAILED: .*${reason}; created so far: ${soFar}$`,
          ),
        ),
      });
      const left = (await one.inventory()).stacks ?? [];
      await expect(one.abandon()).resolves.toEqual(left.toReversed());
      expect(await one.inventory()).toEqual(before);
    },
  );

  it('is removed by the run that began it, and by no other', async () => {
    const one = account();
    await one.wish({ failCreate: { ManagedNodeGroup: 'no capacity' } });
    await expect(one.ensure()).rejects.toThrow('no capacity');
    const failed = await one.inventory();
    await expect(one.abandon(newCluster(), 'run-2')).resolves.toEqual([]);
    expect(await one.inventory()).toEqual(failed);
    await expect(one.remove()).resolves.toEqual({ removed: true });
  });
});
