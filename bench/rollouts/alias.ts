import { ApiException, V1Service } from '@kubernetes/client-node';
import { openCoreApi } from '../../lab/load/core-api.ts';

const namespace = 'default';

/** Makes Services that lead to the pods of another one: rollouts of their own at the cost of no pod. */
export async function aliasService(lab: string, service: string, aliases: readonly string[]): Promise<void> {
  const api = await openCoreApi(lab);
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
