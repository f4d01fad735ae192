import type { ClusterClient, Pod } from '../kubernetes/index.ts';
import { envoyLack } from './without-envoy.ts';

/** Name of the proxy's container in sidecars and gateways, whether injected or installed. */
export const proxyContainer = 'istio-proxy';

/** A proxy that may send requests. */
export interface Proxy {
  readonly namespace: string;
  readonly pod: string;
  readonly uid: string | undefined;
  /** The pod's IP address; absent until it has one. */
  readonly address: string | undefined;
  /** Why the proxy may not follow or answer, as in `terminating`; null for that of a ready pod. */
  readonly doubt: string | null;
}

/** Proxies of a cluster that may send requests, by whether they can be asked. */
export interface Callers {
  readonly envoys: readonly Proxy[];
  /** Those that route without an Envoy, which tell nobody what they have. */
  readonly proxyless: readonly Proxy[];
}

/** All running Envoys of the cluster, sidecars and gateways: any of them may call any service. */
export async function listProxies(client: ClusterClient): Promise<readonly Proxy[]> {
  return (await listCallers(client)).envoys;
}

/** All running proxies of the cluster that route requests by weights, with and without an Envoy. */
export async function listCallers(client: ClusterClient): Promise<Callers> {
  const pods = await client.list<Pod>('v1', 'Pod', { fieldSelector: 'status.phase=Running' });
  return callersAmong(pods);
}

/** Sorts pods: those without a running proxy are none, and a node's ztunnel routes nothing by weights. */
export function callersAmong(pods: readonly Pod[]): Callers {
  const running = pods.filter(runsProxy);
  const of = (lack: ReturnType<typeof envoyLack>) =>
    running.filter((pod) => envoyLack(pod) === lack).map(proxyOf);
  return { envoys: of(null), proxyless: of('proxyless') };
}

/** Whether a pod has a proxy: a container, or an init container that stays (a native sidecar). */
export function isProxied({ spec }: Pod): boolean {
  return [...spec.containers, ...(spec.initContainers ?? [])].some(({ name }) => name === proxyContainer);
}

/** The proxy as it is now; null when it is gone. A pod that was made anew under the same name is another one. */
export async function findAgain(
  client: ClusterClient,
  { namespace, pod, uid }: Proxy,
): Promise<Proxy | null> {
  const found = await client.read<Pod>({ apiVersion: 'v1', kind: 'Pod', name: pod, namespace });
  return found !== null && found.metadata.uid === uid && runsProxy(found) ? proxyOf(found) : null;
}

/** How a message names a proxy: `default/productpage-v1-x`. */
export function nameOf({ namespace, pod }: Pick<Proxy, 'namespace' | 'pod'>): string {
  return `${namespace}/${pod}`;
}

function proxyOf(pod: Pod): Proxy {
  return {
    namespace: pod.metadata.namespace ?? 'default',
    pod: pod.metadata.name,
    uid: pod.metadata.uid,
    address: pod.status?.podIP,
    doubt: doubtOf(pod),
  };
}

/**
 * Kubernetes declares the pods of a lost node not ready as soon as it has lost it, and has them terminate, without an end,
 * minutes later: it takes no right to read nodes.
 */
function doubtOf(pod: Pod): string | null {
  const node = pod.spec.nodeName === undefined ? '' : ` on node ${pod.spec.nodeName}`;
  if (pod.metadata.deletionTimestamp !== undefined) return `terminating${node}`;
  const ready = pod.status?.conditions?.find(({ type }) => type === 'Ready');
  const isReady = ready === undefined ? statusOf(pod)?.ready : ready.status === 'True';
  return isReady === true ? null : `not ready${node}`;
}

function runsProxy(pod: Pod): boolean {
  return isProxied(pod) && pod.status?.phase === 'Running' && statusOf(pod)?.state?.running !== undefined;
}

function statusOf({ status }: Pod) {
  const statuses = [...(status?.containerStatuses ?? []), ...(status?.initContainerStatuses ?? [])];
  return statuses.find(({ name }) => name === proxyContainer);
}
