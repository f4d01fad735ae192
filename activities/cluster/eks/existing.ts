import type { Cluster } from '@aws-sdk/client-eks';
import { ApplicationFailure } from '@temporalio/activity';
import { FailureType } from '../../../domain/failure.ts';
import { describeCluster } from './cluster.ts';
import type { Errand } from './errand.ts';

/**
 * The cluster, which has to be there and in use.
 * @throws ApplicationFailure `InvalidTarget` when it is not
 */
export async function requireCluster(errand: Errand, region: string): Promise<Cluster> {
  const cluster = await describeCluster(errand);
  if (cluster === null) throw wrong(`there is no EKS cluster ${errand.cluster} in ${region}`);
  if (cluster.status === 'ACTIVE' || cluster.status === 'UPDATING') return cluster;
  throw wrong(`EKS cluster ${errand.cluster} is ${cluster.status}, not ACTIVE`);
}

/**
 * Checks that a cluster that an earlier run made is what the spec asks for: Sluice upgrades none.
 * @throws ApplicationFailure `InvalidTarget` when it is of another version
 */
export async function checkExistingVersion(errand: Errand, version: string): Promise<void> {
  const cluster = await describeCluster(errand);
  if (cluster?.version === version) return;
  throw ApplicationFailure.nonRetryable(
    `cluster.version: EKS cluster ${errand.cluster} is there with Kubernetes ${cluster?.version}, the spec asks for ${version}; name its version, or upgrade it by eksctl`,
    FailureType.invalidTarget,
  );
}

function wrong(message: string): ApplicationFailure {
  return ApplicationFailure.nonRetryable(`cluster.name: ${message}`, FailureType.invalidTarget);
}
