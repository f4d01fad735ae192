import { ApplicationFailure } from '@temporalio/activity';
import { FailureType } from '../../../domain/failure.ts';
import { defaultIstioVersion, isIstioVersion, releaseFor } from '../../../domain/istio.ts';
import type { ClusterConnection } from '../../../domain/rollout.ts';
import { fromCache } from './cache.ts';
import { download, type Wanted } from './download.ts';
import { onPath } from './path.ts';
import type { Release, ReleaseSource } from './release.ts';
import { istioctlVersion } from './version.ts';

export { releaseSource, type Release, type ReleaseSource } from './release.ts';

/** The manifests of the add-ons of a version, from wherever a release of it has them; a directory. */
export async function findAddOns(
  source: ReleaseSource,
  connection: ClusterConnection,
  version: string | null,
): Promise<string> {
  const { addOns } = await search(source, connection, version, 'add-ons');
  if (addOns !== null) return addOns;
  throw ApplicationFailure.nonRetryable(
    `there are no manifests of add-ons (samples/addons) in the release of Istio ${version ?? defaultIstioVersion}`,
    FailureType.toolMissing,
  );
}

/**
 * A release of Istio from the first of: what the cluster's provider brings, PATH, the worker's cache, the official
 * release. `wanted` is a minor or a patch; null for whichever is there. Fails with `ToolMissing` when none has it.
 */
export async function findRelease(
  source: ReleaseSource,
  connection: ClusterConnection,
  wanted: string | null,
): Promise<Release> {
  return await search(source, connection, wanted, 'istioctl');
}

async function search(
  source: ReleaseSource,
  connection: ClusterConnection,
  wanted: string | null,
  what: Wanted,
): Promise<Release> {
  const fits = (release: Release) =>
    (wanted === null || isIstioVersion(release.version, wanted)) &&
    (what === 'istioctl' || release.addOns !== null);
  const brought = await broughtBy(source, connection);
  if (brought !== null && fits(brought)) return brought;
  const found = await onPath(source);
  if (found !== null && fits(found)) return found;
  const version = wanted ?? defaultIstioVersion;
  const tried = [brought, found].filter((release) => release !== null);
  const lack = what === 'add-ons' ? ' and has no manifests beside it' : '';
  const reasons = tried.map(
    ({ istioctl, version: found, addOns }) => `${istioctl} is ${found}${addOns === null ? lack : ''}`,
  );
  const cached = await fromCache(source, version);
  return (
    cached ??
    (await download(source, releaseFor(version), found === null ? noneOnPath(reasons) : reasons, what))
  );
}

function noneOnPath(reasons: readonly string[]): string[] {
  return [...reasons, 'PATH has none'];
}

/** By the worker's own word: a connection may come from anyone who starts a workflow, and names no program. */
async function broughtBy(source: ReleaseSource, connection: ClusterConnection): Promise<Release | null> {
  const brought = await source.broughtTo(connection);
  if (brought === null) return null;
  const version = await istioctlVersion(brought.istioctl);
  if (version !== null) return { ...brought, version };
  throw ApplicationFailure.nonRetryable(
    `cannot run ${brought.istioctl}; install istioctl (https://istio.io/latest/docs/setup/install/istioctl/) and put it on the worker's PATH`,
    FailureType.toolMissing,
  );
}
