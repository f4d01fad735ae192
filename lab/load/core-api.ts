import { access } from 'node:fs/promises';
import type { CoreV1Api } from '@kubernetes/client-node';
import { labPaths } from '../paths.ts';

/** The core API of a lab's cluster. Throws when the lab is not up. */
export async function openCoreApi(lab: string): Promise<CoreV1Api> {
  const { kubeconfig } = labPaths(lab);
  await access(kubeconfig).catch(() => {
    throw new Error(`no lab '${lab}' is up: start it with 'sluice lab up --name ${lab}', or give --url`);
  });
  // Loaded only here: it takes longer to load than everything else of this command.
  const { CoreV1Api, KubeConfig } = await import('@kubernetes/client-node');
  const config = new KubeConfig();
  config.loadFromFile(kubeconfig);
  return config.makeApiClient(CoreV1Api);
}
