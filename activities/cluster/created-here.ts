import { Context } from '@temporalio/activity';
import type { ClusterClient } from '../kubernetes/client.ts';
import type { KubeObject } from '../kubernetes/object.ts';
import { createdByAnnotation, currentMark, markOf } from '../kubernetes/ownership.ts';

/** Every cluster has it, and it is as old as the cluster. */
const systemNamespace = { apiVersion: 'v1', kind: 'Namespace', name: 'kube-system' };

/**
 * Whether this run made the cluster. An attempt that was lost after it had begun cannot have left a word, so a cluster
 * without a mark counts as this run's when it is younger than the activity; then it is marked.
 */
export async function createdHere(client: ClusterClient): Promise<boolean> {
  const namespace = await client.read(systemNamespace);
  if (namespace === null) return false;
  const mark = markOf(namespace);
  if (mark !== null) return mark === currentMark();
  if (!isYoung(namespace)) return false;
  const annotations = { [createdByAnnotation]: currentMark() };
  const { apiVersion, kind, name } = systemNamespace;
  await client.apply({ apiVersion, kind, metadata: { name, annotations } });
  return true;
}

/** Kubernetes tells times in whole seconds. */
function isYoung({ metadata: { creationTimestamp } }: KubeObject): boolean {
  const scheduled = Context.current().info.scheduledTimestampMs;
  return Date.parse(creationTimestamp ?? '') >= Math.floor(scheduled / 1000) * 1000;
}
