import type { SubsetSpec } from '../../domain/spec/document.ts';
import { selectorOf, type ClusterClient, type Pod, type Service } from '../kubernetes/index.ts';

/** The Service of that name; null when there is none. */
export async function readService(
  client: ClusterClient,
  namespace: string,
  host: string,
): Promise<Service | null> {
  return client.read<Service>({ apiVersion: 'v1', kind: 'Service', name: host, namespace });
}

/** Pods behind a Service; null where it has no selector, and somebody else says which they are. */
export async function podsBehind(client: ClusterClient, { metadata, spec }: Service): Promise<Pod[] | null> {
  if (spec.selector === undefined) return null;
  const { namespace = 'default' } = metadata;
  return client.list<Pod>('v1', 'Pod', { namespace, labelSelector: selectorOf(spec.selector) });
}

/** Those of the pods that a subset means. */
export function podsOfSubset(pods: readonly Pod[], { labels }: SubsetSpec): Pod[] {
  return pods.filter(({ metadata }) =>
    Object.entries(labels).every(([key, value]) => metadata.labels?.[key] === value),
  );
}

/** Whether a pod gets requests. */
export function isReady({ metadata, status }: Pod): boolean {
  const ready = status?.conditions?.find(({ type }) => type === 'Ready');
  return metadata.deletionTimestamp === undefined && ready?.status === 'True';
}
