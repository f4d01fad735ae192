/** Which build of Sluice a worker is, where its deployment is versioned. */
import { existsSync, readFileSync } from 'node:fs';
import type { WorkerDeploymentOptions } from '@temporalio/worker';

/** When a rollout that runs goes on with another build; the words of `temporal worker deployment`. */
export const versioningBehaviors = { 'auto-upgrade': 'AUTO_UPGRADE', pinned: 'PINNED' } as const;

export type VersioningBehavior = keyof typeof versioningBehaviors;

export interface DeploymentVersion {
  readonly deployment: string;
  readonly buildId: string;
  readonly behavior: VersioningBehavior;
}

/** What `npm run build` writes. */
const buildFile = new URL('../build.json', import.meta.url);

/** Id of this build, `<version>-<commit>`; null in a checkout, whose code changes under the same version. */
export function readBuildId(): string | null {
  if (!import.meta.url.endsWith('.js') || !existsSync(buildFile)) return null;
  const { buildId } = JSON.parse(readFileSync(buildFile, 'utf8')) as { buildId: string };
  return buildId;
}

/** Options of the SDK's worker; none where the deployment is not versioned. */
export function deploymentOptions(version: DeploymentVersion | null): {
  workerDeploymentOptions?: WorkerDeploymentOptions;
} {
  if (version === null) return {};
  const { deployment, buildId, behavior } = version;
  return {
    workerDeploymentOptions: {
      version: { deploymentName: deployment, buildId },
      useWorkerVersioning: true,
      defaultVersioningBehavior: versioningBehaviors[behavior],
    },
  };
}
