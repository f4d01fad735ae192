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

/** Characters of a warning that a message quotes: a kubelet's on probes hold whole pages of HTML. */
const longest = 200;

/**
 * The latest warnings that Kubernetes' Events hold about an object, as in `FailedMount: no such volume`; first said first.
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
  const latest = events.toSorted((a, b) => timeOf(a).localeCompare(timeOf(b)));
  return [...new Map(latest.map((event) => [describe(event), event]))]
    .toSorted(([, a], [, b]) => timeOf(a).localeCompare(timeOf(b)))
    .slice(-quoted)
    .toSorted(([, a], [, b]) => firstOf(a).localeCompare(firstOf(b)))
    .map(([words]) => words);
}

function describe({ reason = 'Warning', message = '' }: Event): string {
  const words = message.trim().replace(/\s+/g, ' ');
  return `${reason}: ${words.length > longest ? `${words.slice(0, longest)}…` : words}`;
}

/** When it was said for the first time: in that order, what is said again and again keeps its place. */
function firstOf({ metadata }: Event): string {
  return metadata.creationTimestamp ?? '';
}

function timeOf({ lastTimestamp, eventTime, metadata }: Event): string {
  return lastTimestamp ?? eventTime ?? metadata.creationTimestamp ?? '';
}
