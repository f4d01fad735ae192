import { ApplicationFailure } from '@temporalio/activity';
import { describeRef, type ClusterClient, type ExecResult, type Pod } from '../kubernetes/index.ts';
import { messageOf } from '../../domain/message-of.ts';
import { readConfigs } from './config-dump.ts';

/** Name of the proxy's container in sidecars and gateways, whether injected or installed. */
export const proxyContainer = 'istio-proxy';

/** What Envoy says instead of an empty list when it has never been given a resource of the kind. */
const nothingOfTheKind = 'not found in config dump';

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

/** Entries of a proxy's configuration dump; the query narrows it down, `timeout` (ms) bounds the wait. */
export async function dumpConfig(
  client: ClusterClient,
  proxy: Proxy,
  query: string,
  timeout: number,
): Promise<unknown[]> {
  const target = { namespace: proxy.namespace, pod: proxy.pod, container: proxyContainer };
  const command = ['pilot-agent', 'request', 'GET', `config_dump?${query}`];
  const answer = await client.exec(target, command, timeout);
  // pilot-agent prints Envoy's 404 and ends well; other ways to ask end with an exit code.
  if (answer.stdout.includes(nothingOfTheKind)) return [];
  return parseDump(proxy, answer);
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

function parseDump(proxy: Proxy, { stdout, stderr, exitCode }: ExecResult): unknown[] {
  try {
    if (exitCode !== 0) throw new Error(stderr.trim() || `exit code ${exitCode}`);
    return readConfigs(stdout);
  } catch (error) {
    const where = describeRef({ kind: 'pod', name: proxy.pod, namespace: proxy.namespace });
    const reason = messageOf(error);
    throw ApplicationFailure.retryable(`the proxy of ${where} does not tell its configuration: ${reason}`);
  }
}
