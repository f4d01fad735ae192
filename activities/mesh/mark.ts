import { istioNamespace } from '../../domain/istio.ts';
import type { ClusterClient } from '../kubernetes/client.ts';
import { applyMarked, currentMark } from '../kubernetes/ownership.ts';
import type { KubeObject } from '../kubernetes/object.ts';
import { defaultRevision } from './survey/labels.ts';

/** On the namespace of the control plane: which run installed the mesh. */
export const meshMark = 'sluice.dev/mesh-installed-by';

/** The same for the run that upgraded it last, which makes the mesh no less somebody else's. */
export const upgradeMark = 'sluice.dev/mesh-upgraded-by';

/** The record of who installed a revision; the default one has none in its name. */
export function installMark(revision: string | null): string {
  return revision === null || revision === defaultRevision ? meshMark : `${meshMark}.${revision}`;
}

/** Marks that this run has left on the namespace of control planes, at this attempt or an earlier one. */
export async function ownMarks(client: ClusterClient): Promise<ReadonlySet<string>> {
  const marks = await meshMarks(client);
  return new Set([...marks].filter(([, run]) => run === currentMark()).map(([mark]) => mark));
}

/** Every mark of Sluice's runs, with the run that left it. */
export async function meshMarks(client: ClusterClient): Promise<ReadonlyMap<string, string>> {
  const namespace = await client.read({ apiVersion: 'v1', kind: 'Namespace', name: istioNamespace });
  const annotations = Object.entries(namespace?.metadata.annotations ?? {});
  return new Map(annotations.filter(([key]) => key.startsWith(meshMark) || key === upgradeMark));
}

/** Revisions that runs with these marks installed. */
export function markedRevisions(marks: Iterable<string>): string[] {
  return [...marks]
    .filter((mark) => mark.startsWith(meshMark))
    .map((mark) => mark.slice(meshMark.length + 1) || defaultRevision);
}

/** Marks the namespace before the first change, so that an attempt lost in the middle is known for what it is. */
export async function markNamespace(
  client: ClusterClient,
  marks: ReadonlyMap<string, string>,
  mark: string,
): Promise<void> {
  // An apply drops what it does not name: marks of other runs and revisions stay.
  const annotations = { ...Object.fromEntries(marks), [mark]: currentMark() };
  const namespace: KubeObject = {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: istioNamespace, annotations },
  };
  await applyMarked(client, namespace);
}

/** Takes the record of a revision away, once it is uninstalled. */
export async function unmark(client: ClusterClient, revision: string): Promise<void> {
  const mark = installMark(revision);
  if (!(await meshMarks(client)).has(mark)) return;
  const ref = { apiVersion: 'v1', kind: 'Namespace', name: istioNamespace };
  await client.merge(ref, { metadata: { annotations: { [mark]: null } } });
}
