import { statusOf, type Clients } from './api/clients.ts';
import type { Binding, Pod } from './api/models.ts';
import { nodeName } from './options.ts';

/** Puts a pending pod on the node: with one node there is nothing to schedule. */
export async function bindPod({ core }: Clients, pod: Pod): Promise<void> {
  const { name = '', namespace = '', uid = '' } = pod.metadata ?? {};
  const body: Binding = {
    apiVersion: 'v1',
    kind: 'Binding',
    metadata: { name, namespace, uid },
    target: { apiVersion: 'v1', kind: 'Node', name: nodeName },
  };
  try {
    await core.createNamespacedPodBinding({ name, namespace, body });
  } catch (error) {
    // Gone, or bound by an earlier call whose answer was lost.
    if (![404, 409].includes(statusOf(error) ?? 0)) throw error;
  }
}
