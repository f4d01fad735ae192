import type { ObjectRef } from '../../domain/rollout.ts';
import type { ClusterClient } from './client.ts';
import type { KubeObject } from './object.ts';

interface Event extends KubeObject {
  readonly type?: string;
  readonly reason?: string;
  readonly message?: string;
  readonly involvedObject?: { readonly kind?: string; readonly name?: string };
  readonly lastTimestamp?: string | null;
  readonly eventTime?: string | null;
}

/** How many warnings a message quotes. */
const quoted = 3;

/**
 * The latest warnings that Kubernetes' Events hold about an object, as in `FailedMount: no such volume`; oldest first.
 * None where they cannot be read: they explain what is wrong, and are never what is wrong.
 */
export async function warningsOf(
  client: ClusterClient,
  { kind, name, namespace }: Pick<ObjectRef, 'kind' | 'name' | 'namespace'>,
): Promise<string[]> {
  const fieldSelector = `involvedObject.kind=${kind},involvedObject.name=${name},type=Warning`;
  const options = { fieldSelector, ...(namespace === undefined ? {} : { namespace }) };
  // Who may not read events is told less.
  const events = await client.list<Event>('v1', 'Event', options).catch(() => []);
  const words = events
    .toSorted((a, b) => timeOf(a).localeCompare(timeOf(b)))
    .map(({ reason = 'Warning', message = '' }) => `${reason}: ${message.trim().replace(/\s+/g, ' ')}`);
  return [...new Set(words)].slice(-quoted);
}

function timeOf({ lastTimestamp, eventTime, metadata }: Event): string {
  return lastTimestamp ?? eventTime ?? metadata.creationTimestamp ?? '';
}
