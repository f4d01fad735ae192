import { DescribeClusterCommand, type Cluster } from '@aws-sdk/client-eks';
import { ask, unless } from '../../aws/call.ts';
import type { EksOperation } from './operation.ts';

/** The cluster as EKS has it; null when there is none of that name. */
export async function describeCluster({
  aws,
  cluster,
}: Pick<EksOperation, 'aws' | 'cluster'>): Promise<Cluster | null> {
  const answer = await unless(
    (error) => error === 'ResourceNotFoundException',
    () =>
      ask(`describe EKS cluster ${cluster}`, (options) =>
        aws.eks.send(new DescribeClusterCommand({ name: cluster }), options),
      ),
  );
  return answer?.cluster ?? null;
}
