import { ApplicationFailure } from '@temporalio/activity';
import { FailureType } from '../../domain/failure.ts';
import type { MeshSpec } from '../../domain/spec/document.ts';
import type { ClusterClient } from '../kubernetes/client.ts';
import type { KubeObject } from '../kubernetes/object.ts';
import { applyMarked, currentMark, markOf } from '../kubernetes/ownership.ts';
import { chooseControlPlane, labelFor, readLabels } from './choice.ts';
import { surveyMesh } from './survey/index.ts';
import { isVacant, removeNamespace } from './remove-namespace.ts';

/** On a namespace: which run labelled it, and by which label. */
const labelMark = 'sluice.dev/labelled-by';
const labelKey = 'sluice.dev/labelled-with';

/**
 * Labels a namespace, made if need be, as its mesh wants it, so that its new pods get the sidecar.
 * @returns whether this run did that, in whichever attempt
 * @throws ApplicationFailure `InvalidTarget` where somebody decided otherwise, or where the mesh is gone
 */
export async function enableInjection(
  client: ClusterClient,
  name: string,
  mesh: Pick<MeshSpec, 'revision'>,
): Promise<boolean> {
  const namespace = await readNamespace(client, name);
  const labelled = await readLabels(client, name);
  const plane = chooseControlPlane(await surveyMesh(client), labelled, mesh);
  if (plane === null) throw gone(mesh.revision);
  const label = labelFor(plane, labelled, mesh.revision);
  if (label === null) return namespace?.metadata.annotations?.[labelMark] === currentMark();
  const [key, value] = label;
  await applyMarked(client, {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: {
      name,
      labels: { [key]: value },
      annotations: { [labelMark]: currentMark(), [labelKey]: key },
    },
  });
  return true;
}

function gone(revision: string | null): ApplicationFailure {
  return ApplicationFailure.nonRetryable(
    `the mesh is gone: the cluster has no control plane${revision === null ? '' : ` of revision ${revision}`} any more`,
    FailureType.invalidTarget,
  );
}

/** Takes the label back, if a run put it there; a namespace that Sluice made goes too when nothing runs in it any more. */
export async function disableInjection(client: ClusterClient, name: string): Promise<void> {
  const namespace = await readNamespace(client, name);
  if (namespace === null) return;
  if (markOf(namespace) !== null && (await isVacant(client, name))) {
    await removeNamespace(client, name);
    return;
  }
  const { [labelMark]: mark, [labelKey]: key } = namespace.metadata.annotations ?? {};
  if (mark === undefined || key === undefined) return;
  const metadata = { labels: { [key]: null }, annotations: { [labelMark]: null, [labelKey]: null } };
  await client.merge({ apiVersion: 'v1', kind: 'Namespace', name }, { metadata });
}

async function readNamespace(client: ClusterClient, name: string): Promise<KubeObject | null> {
  return client.read({ apiVersion: 'v1', kind: 'Namespace', name });
}
