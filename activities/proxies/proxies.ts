import type { ClusterClient, Pod } from '../kubernetes/index.ts';

/** Name of the proxy's container in sidecars and gateways, whether injected or installed. */
export const proxyContainer = 'istio-proxy';

/** A proxy that may send requests. */
export interface Proxy {
  readonly namespace: string;
  readonly pod: string;
  readonly uid: string | undefined;
}

/** All running proxies of the cluster, sidecars and gateways: any of them may call any service. */
export async function listProxies(client: ClusterClient): Promise<Proxy[]> {
  const pods = await client.list<Pod>('v1', 'Pod', { fieldSelector: 'status.phase=Running' });
  return pods.filter(runsProxy).map(({ metadata }) => ({
    namespace: metadata.namespace ?? 'default',
    pod: metadata.name,
    uid: metadata.uid,
  }));
}

/** Whether a pod has a proxy: a container, or an init container that stays (a native sidecar). */
export function isProxied({ spec }: Pod): boolean {
  return [...spec.containers, ...(spec.initContainers ?? [])].some(({ name }) => name === proxyContainer);
}

/** Whether the proxy is still there; a pod that was made anew under the same name is another one. */
export async function isThere(client: ClusterClient, { namespace, pod, uid }: Proxy): Promise<boolean> {
  const found = await client.read<Pod>({ apiVersion: 'v1', kind: 'Pod', name: pod, namespace });
  return found !== null && found.metadata.uid === uid && runsProxy(found);
}

/** How a message names a proxy: `default/productpage-v1-x`. */
export function nameOf({ namespace, pod }: Proxy): string {
  return `${namespace}/${pod}`;
}

function runsProxy(pod: Pod): boolean {
  const statuses = [...(pod.status?.containerStatuses ?? []), ...(pod.status?.initContainerStatuses ?? [])];
  const status = statuses.find(({ name }) => name === proxyContainer);
  return isProxied(pod) && pod.status?.phase === 'Running' && status?.state?.running !== undefined;
}
