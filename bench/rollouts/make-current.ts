import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '@temporalio/client';

/** Milliseconds that the server may take to know the build of a worker that polls. */
const limit = 30_000;

/**
 * Makes a build the current one of a worker deployment, as `temporal worker deployment set-current-version` does;
 * null for workers without a build.
 */
export async function makeCurrent(
  { workflowService, options }: Client,
  deploymentName: string,
  build: string | null,
): Promise<void> {
  const request = { namespace: options.namespace, deploymentName, buildId: build ?? '' };
  const deadline = performance.now() + limit;
  for (;;) {
    try {
      await workflowService.setWorkerDeploymentCurrentVersion(request);
      return;
    } catch (error) {
      if (performance.now() > deadline) throw error;
      await sleep(200);
    }
  }
}
