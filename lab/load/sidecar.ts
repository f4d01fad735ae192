import type { V1Pod } from '@kubernetes/client-node';
import { egressAddress } from '../node/addresses.ts';
import { openCoreApi } from './core-api.ts';

const meshPort = 9080;

/**
 * URL of the listener that the sidecar of a Bookinfo app's pod has for calls into the mesh. Load on it, with the called
 * service as its `host`, sees each answer of that service: productpage hides the first failure by asking again.
 * Throws when no pod of the app runs.
 */
export async function findSidecarUrl(lab: string, app: string, namespace = 'default'): Promise<string> {
  const core = await openCoreApi(lab);
  const { items } = await core.listNamespacedPod({ namespace, labelSelector: `app=${app}` });
  const address = items.find(isRunning)?.status?.podIP;
  if (address === undefined) {
    throw new Error(`no pod of ${app} runs in namespace ${namespace} of lab '${lab}': start a rollout first`);
  }
  return `http://${egressAddress(address)}:${meshPort}`;
}

function isRunning({ metadata, status }: V1Pod): boolean {
  return status?.phase === 'Running' && metadata?.deletionTimestamp === undefined;
}
