import { DescribeClusterVersionsCommand, type ClusterVersionInformation } from '@aws-sdk/client-eks';
import { ApplicationFailure, log } from '@temporalio/activity';
import { FailureType } from '../../../../domain/failure.ts';
import { ask } from '../../../aws/call.ts';
import type { AwsClients } from '../../../aws/clients.ts';

/** How EKS supports a version: one in extended support costs more. */
export type Support = 'standard' | 'extended';

/** How EKS supports a version, and until when. */
export interface VersionSupport {
  readonly kind: Support;
  /** End of standard support; null where EKS does not tell, or it is over. */
  readonly endsAt: Date | null;
}

/** How long before the end of standard support it is worth a word, in ms. */
const notice = 90 * 24 * 60 * 60_000;

/**
 * Tells of a standard support that ends soon.
 * @param support how EKS supports a version
 * @param now the time, in ms since 1970
 * @returns the day as in `2026-12-02`; null when there is time
 */
export function endingSoon({ kind, endsAt }: VersionSupport, now = Date.now()): string | null {
  if (kind === 'extended' || endsAt === null || endsAt.getTime() - now > notice) return null;
  return endsAt.toISOString().slice(0, 10);
}

/**
 * Checks that EKS makes clusters of a version, and tells how it supports it.
 * @throws ApplicationFailure `InvalidTarget` with the versions that it does make
 */
export async function checkVersion({ eks }: AwsClients, version: string): Promise<VersionSupport> {
  const { clusterVersions = [] } = await ask('list the Kubernetes versions of EKS', (options) =>
    eks.send(new DescribeClusterVersionsCommand({}), options),
  );
  const offered = clusterVersions.filter(({ versionStatus }) => versionStatus !== 'UNSUPPORTED');
  const found = offered.find(({ clusterVersion }) => clusterVersion === version);
  if (found === undefined) throw unsupported(version, offered);
  if (found.versionStatus === 'EXTENDED_SUPPORT') {
    log.warn(`Kubernetes ${version} is in EKS's extended support, which costs more per hour`);
    return { kind: 'extended', endsAt: null };
  }
  const support = { kind: 'standard', endsAt: found.endOfStandardSupportDate ?? null } as const;
  const day = endingSoon(support);
  if (day !== null)
    log.warn(`EKS's standard support of Kubernetes ${version} ends on ${day}: it costs more per hour then`);
  return support;
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
