import {
  DescribeTagsCommand as DescribeClassicTagsCommand,
  paginateDescribeLoadBalancers as paginateClassic,
} from '@aws-sdk/client-elastic-load-balancing';
import {
  DescribeTagsCommand,
  paginateDescribeLoadBalancers,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { ask } from '../../../aws/call.ts';
import { collect } from '../../../aws/pages.ts';
import type { EksOperation } from '../operation.ts';

/** A load balancer that the cluster's controllers made. */
export interface LoadBalancer {
  readonly kind: 'classic' | 'v2';
  /** Name of a classic one, ARN of any other. */
  readonly id: string;
}

interface Tagged {
  readonly Key?: string | undefined;
  readonly Value?: string | undefined;
}

/** Services tell the tags of so many load balancers at once. */
const batch = 20;

/** Load balancers of the cluster, by the tags that Kubernetes' own controller and AWS's put on them. */
export async function findLoadBalancers(operation: EksOperation, network: string): Promise<LoadBalancer[]> {
  const [classic, v2] = await Promise.all([findClassic(operation, network), findV2(operation, network)]);
  return [...classic, ...v2];
}

/** Whether tags say that something is the cluster's. */
export function isTaggedFor(cluster: string, tags: readonly Tagged[] = []): boolean {
  return tags.some(
    ({ Key, Value }) =>
      (Key === `kubernetes.io/cluster/${cluster}` && Value === 'owned') ||
      (Key === 'elbv2.k8s.aws/cluster' && Value === cluster),
  );
}

async function findClassic(
  { aws: { elb }, cluster }: EksOperation,
  network: string,
): Promise<LoadBalancer[]> {
  const names = await ask('list the classic load balancers', () =>
    collect(paginateClassic({ client: elb }, {}), ({ LoadBalancerDescriptions = [] }) =>
      LoadBalancerDescriptions.filter(({ VPCId }) => VPCId === network).map(
        (one) => one.LoadBalancerName ?? '',
      ),
    ),
  );
  const tagged = await Promise.all(
    inBatches(names).map(async (LoadBalancerNames) => {
      const { TagDescriptions = [] } = await ask('read the tags of classic load balancers', (options) =>
        elb.send(new DescribeClassicTagsCommand({ LoadBalancerNames }), options),
      );
      return TagDescriptions.filter(({ Tags }) => isTaggedFor(cluster, Tags));
    }),
  );
  return tagged.flat().map(({ LoadBalancerName = '' }) => ({ kind: 'classic', id: LoadBalancerName }));
}

async function findV2(operation: EksOperation, network: string): Promise<LoadBalancer[]> {
  const { elbV2 } = operation.aws;
  const arns = await ask('list the load balancers', () =>
    collect(paginateDescribeLoadBalancers({ client: elbV2 }, {}), ({ LoadBalancers = [] }) =>
      LoadBalancers.filter(({ VpcId }) => VpcId === network).map((one) => one.LoadBalancerArn ?? ''),
    ),
  );
  return (await ownedBy(operation, arns)).map((id) => ({ kind: 'v2', id }));
}

/**
 * Those of some load balancers or target groups that are the cluster's by their tags.
 * @param operation the cluster
 * @param arns ARNs of any number
 */
export async function ownedBy(
  { aws: { elbV2 }, cluster }: EksOperation,
  arns: readonly string[],
): Promise<string[]> {
  const tagged = await Promise.all(
    inBatches(arns).map(async (ResourceArns) => {
      const { TagDescriptions = [] } = await ask('read the tags of load balancers', (options) =>
        elbV2.send(new DescribeTagsCommand({ ResourceArns }), options),
      );
      return TagDescriptions.filter(({ Tags }) => isTaggedFor(cluster, Tags));
    }),
  );
  return tagged.flat().map(({ ResourceArn = '' }) => ResourceArn);
}

function inBatches<Item>(items: readonly Item[]): Item[][] {
  const starts = Array.from({ length: Math.ceil(items.length / batch) }, (_, index) => index * batch);
  return starts.map((start) => items.slice(start, start + batch));
}
