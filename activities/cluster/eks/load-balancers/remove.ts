import { DeleteLoadBalancerCommand as DeleteClassicCommand } from '@aws-sdk/client-elastic-load-balancing';
import { DeleteLoadBalancerCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import { change } from '../../../aws/call.ts';
import type { Errand } from '../errand.ts';
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
 * @param errand the cluster
 * @param network id of its VPC
 * @param released how many objects with load balancers were just deleted: controllers get time to follow
 */
export async function removeLoadBalancers(errand: Errand, network: string, released: number): Promise<void> {
  if (released > 0) await waitForControllers(errand, network);
  const left = await findLoadBalancers(errand, network);
  for (const one of left) await deleteLoadBalancer(errand, one);
  if (left.length > 0) await awaitNone(errand, network, goneTimeout);
  await removeTargetGroups(errand, network);
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

function namesOf(balancers: readonly LoadBalancer[]): string {
  return `load balancers ${balancers.map(({ id }) => id).join(', ')}`;
}
