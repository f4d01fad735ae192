import { istioNamespace } from '../../domain/istio.ts';
import type { ClusterClient } from '../kubernetes/client.ts';
import { applyMarked, currentMark } from '../kubernetes/ownership.ts';
import type { KubeObject } from '../kubernetes/object.ts';

/** On the namespace of the control plane: which run installed the mesh. */
export const meshMark = 'sluice.dev/mesh-installed-by';

/** The same for the run that upgraded it last, which makes the mesh no less somebody else's. */
export const upgradeMark = 'sluice.dev/mesh-upgraded-by';

type Mark = typeof meshMark | typeof upgradeMark;
export type OwnMarks = ReadonlySet<Mark>;

/** Marks that this run has left, at this attempt or an earlier one. */
export async function ownMarks(client: ClusterClient): Promise<OwnMarks> {
  const namespace = await client.read({ apiVersion: 'v1', kind: 'Namespace', name: istioNamespace });
  const annotations = namespace?.metadata.annotations ?? {};
  return new Set(([meshMark, upgradeMark] as const).filter((mark) => annotations[mark] === currentMark()));
}

/** Marks the namespace before the first change, so that an attempt lost in the middle is known for what it is. */
export async function markNamespace(client: ClusterClient, marks: readonly Mark[]): Promise<void> {
  const annotations = Object.fromEntries(marks.map((mark) => [mark, currentMark()]));
  const namespace: KubeObject = {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: istioNamespace, annotations },
  };
  await applyMarked(client, namespace);
}
