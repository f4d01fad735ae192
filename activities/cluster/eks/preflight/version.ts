import { DescribeClusterVersionsCommand, type ClusterVersionInformation } from '@aws-sdk/client-eks';
import { ApplicationFailure, log } from '@temporalio/activity';
import { FailureType } from '../../../../domain/failure.ts';
import { ask } from '../../../aws/call.ts';
import type { AwsClients } from '../../../aws/clients.ts';

/** How EKS supports a version: one in extended support costs more. */
export type Support = 'standard' | 'extended';

/**
 * Checks that EKS makes clusters of a version, and tells how it supports it.
 * @throws ApplicationFailure `InvalidTarget` with the versions that it does make
 */
export async function checkVersion({ eks }: AwsClients, version: string): Promise<Support> {
  const { clusterVersions = [] } = await ask('list the Kubernetes versions of EKS', (options) =>
    eks.send(new DescribeClusterVersionsCommand({}), options),
  );
  const offered = clusterVersions.filter(({ versionStatus }) => versionStatus !== 'UNSUPPORTED');
  const found = offered.find(({ clusterVersion }) => clusterVersion === version);
  if (found === undefined) throw unsupported(version, offered);
  if (found.versionStatus !== 'EXTENDED_SUPPORT') return 'standard';
  log.warn(`Kubernetes ${version} is in EKS's extended support, which costs more per hour`);
  return 'extended';
}

function unsupported(version: string, offered: readonly ClusterVersionInformation[]): ApplicationFailure {
  const names = offered.map(describe).sort();
  return ApplicationFailure.nonRetryable(
    `cluster.version: EKS makes no cluster of Kubernetes ${version}; it supports ${names.join(', ')}`,
    FailureType.invalidTarget,
  );
}

function describe({ clusterVersion = '', versionStatus }: ClusterVersionInformation): string {
  return versionStatus === 'EXTENDED_SUPPORT' ? `${clusterVersion} (extended support)` : clusterVersion;
}
