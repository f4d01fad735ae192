import { DeleteLoadBalancerCommand as DeleteClassicCommand } from '@aws-sdk/client-elastic-load-balancing';
import { DeleteLoadBalancerCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import { change } from '../../../aws/call.ts';
import type { EksOperation } from '../operation.ts';
import { findLoadBalancers, type LoadBalancer } from './find.ts';
import { removeSecurityGroups } from './security-groups.ts';
import { removeTargetGroups } from './target-groups.ts';

/** How long the cluster's controllers get to remove their load balancers, in ms; half of what eksctl waits. */
const controllerTime = 5 * 60_000;

/** Longest wait for load balancers that were deleted, in ms; eksctl's. */
const goneTimeout = 10 * 60_000;

/**
 * Waits for the cluster's controllers to remove its load balancers, and removes what they leave, with target groups and
 * security groups.
 * @param operation the cluster
 * @param network id of its VPC
 * @param released how many objects with load balancers were just deleted: controllers get time to follow
 */
export async function removeLoadBalancers(
  operation: EksOperation,
  network: string,
  released: number,
): Promise<void> {
  if (released > 0) await waitForControllers(operation, network);
  const left = await findLoadBalancers(operation, network);
  for (const one of left) await deleteLoadBalancer(operation, one);
  if (left.length > 0) await awaitNone(operation, network, goneTimeout);
  await removeTargetGroups(operation, network);
  await removeSecurityGroups(operation, network);
}

/** Controllers may be gone with the nodes: what is still there afterwards is deleted without them. */
async function waitForControllers(operation: EksOperation, network: string): Promise<void> {
  const deadline = performance.now() + controllerTime;
  await operation.until(
    { until: 'the controllers had their time', timeout: 2 * controllerTime },
    async () => {
      const left = await findLoadBalancers(operation, network);
      if (left.length === 0 || performance.now() > deadline) return { done: null };
      return { missing: `waiting for the cluster to remove ${namesOf(left)}` };
    },
  );
}

async function awaitNone(operation: EksOperation, network: string, timeout: number): Promise<void> {
  await operation.until({ until: 'the load balancers of the cluster are gone', timeout }, async () => {
    const left = await findLoadBalancers(operation, network);
    return left.length === 0 ? { done: null } : { missing: `${namesOf(left)} are still there` };
  });
}

async function deleteLoadBalancer({ aws, tell }: EksOperation, { kind, id }: LoadBalancer): Promise<void> {
  tell(`deleting load balancer ${id}`);
  await change(`delete load balancer ${id}`, async (options) =>
    kind === 'classic'
      ? await aws.elb.send(new DeleteClassicCommand({ LoadBalancerName: id }), options)
      : await aws.elbV2.send(new DeleteLoadBalancerCommand({ LoadBalancerArn: id }), options),
  );
}

function namesOf(balancers: readonly LoadBalancer[]): string {
  return `load balancers ${balancers.map(({ id }) => id).join(', ')}`;
}
