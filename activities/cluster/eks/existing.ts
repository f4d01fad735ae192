import type { Cluster } from '@aws-sdk/client-eks';
import { ApplicationFailure } from '@temporalio/activity';
import { FailureType } from '../../../domain/failure.ts';
import { describeCluster } from './cluster.ts';
import type { EksOperation } from './operation.ts';

/**
 * The cluster, which has to be there and in use.
 * @throws ApplicationFailure `InvalidTarget` when it is not
 */
export async function requireCluster(operation: EksOperation, region: string): Promise<Cluster> {
  const cluster = await describeCluster(operation);
  if (cluster === null) throw wrong(`there is no EKS cluster ${operation.cluster} in ${region}`);
  if (cluster.status === 'ACTIVE' || cluster.status === 'UPDATING') return cluster;
  throw wrong(`EKS cluster ${operation.cluster} is ${cluster.status}, not ACTIVE`);
}

/**
 * Checks that a cluster that an earlier run made has the version that the spec names: Sluice upgrades no control plane.
 * @param operation the cluster
 * @param version minor version of Kubernetes; null where the spec names none, which every version satisfies
 * @throws ApplicationFailure `InvalidTarget` when it is of another version
 */
export async function checkExistingVersion(operation: EksOperation, version: string | null): Promise<void> {
  if (version === null) return;
  const cluster = await describeCluster(operation);
  if (cluster?.version === version) return;
  throw ApplicationFailure.nonRetryable(
    `cluster.version: EKS cluster ${operation.cluster} is there with Kubernetes ${cluster?.version}, the spec asks for ${version}; name its version or none, or upgrade it: \`eksctl upgrade cluster --name ${operation.cluster}\``,
    FailureType.invalidTarget,
  );
}

function wrong(message: string): ApplicationFailure {
  return ApplicationFailure.nonRetryable(`cluster.name: ${message}`, FailureType.invalidTarget);
}
