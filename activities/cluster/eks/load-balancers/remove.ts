import { DeleteSecurityGroupCommand, DescribeSecurityGroupsCommand } from '@aws-sdk/client-ec2';
import { DeleteLoadBalancerCommand as DeleteClassicCommand } from '@aws-sdk/client-elastic-load-balancing';
import { DeleteLoadBalancerCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import { ask, change, unless } from '../../../aws/call.ts';
import type { Errand } from '../errand.ts';
import { findLoadBalancers, isTaggedFor, type LoadBalancer } from './find.ts';

/** How long the cluster's controllers get to remove their load balancers, in ms; half of what eksctl waits. */
const controllerTime = 5 * 60_000;

/** Longest wait for load balancers that were deleted, in ms; eksctl's. */
const goneTimeout = 10 * 60_000;

/** Waits for the cluster's controllers to remove its load balancers, and removes what they leave, security groups too. */
export async function removeLoadBalancers(errand: Errand, network: string, released: number): Promise<void> {
  if (released > 0) await waitForControllers(errand, network);
  const left = await findLoadBalancers(errand, network);
  for (const one of left) await deleteLoadBalancer(errand, one);
  if (left.length > 0) await awaitNone(errand, network, goneTimeout);
  await removeSecurityGroups(errand, network);
}

/** Controllers may be gone with the nodes: what is still there afterwards is deleted without them. */
async function waitForControllers(errand: Errand, network: string): Promise<void> {
  const deadline = performance.now() + controllerTime;
  await errand.until({ until: 'the controllers had their time', timeout: 2 * controllerTime }, async () => {
    const left = await findLoadBalancers(errand, network);
    if (left.length === 0 || performance.now() > deadline) return { done: null };
    return { missing: `waiting for the cluster to remove ${namesOf(left)}` };
  });
}

async function awaitNone(errand: Errand, network: string, timeout: number): Promise<void> {
  await errand.until({ until: 'the load balancers of the cluster are gone', timeout }, async () => {
    const left = await findLoadBalancers(errand, network);
    return left.length === 0 ? { done: null } : { missing: `${namesOf(left)} are still there` };
  });
}

async function deleteLoadBalancer({ aws, tell }: Errand, { kind, id }: LoadBalancer): Promise<void> {
  tell(`deleting load balancer ${id}`);
  await change(`delete load balancer ${id}`, async (options) =>
    kind === 'classic'
      ? await aws.elb.send(new DeleteClassicCommand({ LoadBalancerName: id }), options)
      : await aws.elbV2.send(new DeleteLoadBalancerCommand({ LoadBalancerArn: id }), options),
  );
}

/** Groups of load balancers; a group that others still name stays for the stack's failure to tell. */
async function removeSecurityGroups({ aws: { ec2 }, cluster }: Errand, network: string): Promise<void> {
  const command = new DescribeSecurityGroupsCommand({ Filters: [{ Name: 'vpc-id', Values: [network] }] });
  const { SecurityGroups = [] } = await ask('list the security groups of the cluster', (options) =>
    ec2.send(command, options),
  );
  const groups = SecurityGroups.filter(
    ({ GroupName = '', Tags }) => isTaggedFor(cluster, Tags) && GroupName.startsWith('k8s-'),
  );
  for (const { GroupId } of groups)
    await unless(
      (name) => name === 'InvalidGroup.NotFound' || name === 'DependencyViolation',
      () =>
        change(`delete security group ${GroupId}`, (options) =>
          ec2.send(new DeleteSecurityGroupCommand({ GroupId }), options),
        ),
    );
}

function namesOf(balancers: readonly LoadBalancer[]): string {
  return `load balancers ${balancers.map(({ id }) => id).join(', ')}`;
}
