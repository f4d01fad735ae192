import { ApiException, CoreV1Api, KubeConfig, V1Service } from '@kubernetes/client-node';
import type { LabDescription } from '../../lab/up.ts';

const namespace = 'default';

/** Makes Services that lead to the pods of another one: rollouts of their own at the cost of no pod. */
export async function aliasService(
  { name, kubeconfig }: LabDescription,
  service: string,
  aliases: readonly string[],
): Promise<void> {
  if (kubeconfig === null) throw new Error(`lab '${name}' has no cluster`);
  const config = new KubeConfig();
  config.loadFromFile(kubeconfig);
  const api = config.makeApiClient(CoreV1Api);
  const { spec } = await api.readNamespacedService({ namespace, name: service });
  for (const alias of aliases) {
    const body = Object.assign(new V1Service(), {
      metadata: { name: alias },
      spec: { selector: spec?.selector, ports: spec?.ports },
    });
    await api.createNamespacedService({ namespace, body }).catch((error: unknown) => {
      const isThere = error instanceof ApiException && error.code === 409;
      if (!isThere) throw error;
    });
  }
}
