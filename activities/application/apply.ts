import { fieldManager } from '../../domain/defaults.ts';
import type { ObjectRef } from '../../domain/rollout.ts';
import type { ApplicationObject, ApplicationSource } from '../../domain/spec/application.ts';
import type { ServiceSpec } from '../../domain/spec/document.ts';
import { heartbeatWhile } from '../heartbeat.ts';
import type { ClusterClient } from '../kubernetes/client.ts';
import { describeRef, refOf, type Condition, type KubeObject } from '../kubernetes/object.ts';
import { applyEach } from '../kubernetes/ownership.ts';
import { lookUntil } from '../kubernetes/wait.ts';
import { isFoundation, objectsOf, placeObjects, requireKinds } from './objects.ts';
import { withoutSteered } from './steered.ts';

/** What the application is applied as where Sluice itself writes to the same objects: to its namespace, to its routes. */
const applicationManager = `${fieldManager}-application`;

/** Longest wait for a CustomResourceDefinition to be served, in ms; it takes a moment. */
const establishTimeout = 60_000;

export interface Target {
  readonly application: ApplicationSource;
  readonly namespace: string;
  /** Services whose traffic the rollout steers. */
  readonly services: readonly ServiceSpec[];
}

/** Applies objects in their order; those that this run created. */
export async function applyAll(client: ClusterClient, objects: readonly KubeObject[]): Promise<ObjectRef[]> {
  let applied = 0;
  return await heartbeatWhile(
    () => `${applied} of ${objects.length} objects applied`,
    () => applyEach(client, objects, () => (applied += 1)),
  );
}

/**
 * Applies an application, namespaces and definitions first; what of it this run created. `InvalidTarget`, with nothing
 * changed, where the cluster lacks a kind.
 */
export async function applyApplication(
  client: ClusterClient,
  { application, namespace, services }: Target,
): Promise<ObjectRef[]> {
  const objects = objectsOf(application, namespace);
  await requireKinds(client, objects);
  let state = 'looking at the kinds of the objects';
  return await heartbeatWhile(
    () => state,
    async () => {
      const created: ObjectRef[] = [];
      for (const part of [objects.filter(isFoundation), objects.filter((object) => !isFoundation(object))])
        created.push(...(await applyPart(client, part, { namespace, services }, (words) => (state = words))));
      return created;
    },
  );
}

async function applyPart(
  client: ClusterClient,
  part: readonly ApplicationObject[],
  { namespace, services }: Omit<Target, 'application'>,
  tell: (words: string) => void,
): Promise<ObjectRef[]> {
  const placed = await placeObjects(client, part, namespace);
  const objects = await withoutSteered(client, placed, namespace, services);
  let applied = 0;
  const count = () => tell(`${(applied += 1)} of ${objects.length} objects applied`);
  const created = await applyEach(client, objects, count, applicationManager);
  await established(client, objects, tell);
  return created;
}

/** Waits until the kinds that an application defines are served. */
async function established(
  client: ClusterClient,
  objects: readonly KubeObject[],
  tell: (words: string) => void,
): Promise<void> {
  const definitions = objects.filter(({ kind }) => kind === 'CustomResourceDefinition').map(refOf);
  if (definitions.length === 0) return;
  const wait = { until: 'the kinds of the application are served', timeout: establishTimeout };
  const look = async () => {
    const states = await Promise.all(definitions.map((ref) => client.read<Definition>(ref)));
    const lacking = definitions.filter((_ref, index) => !isEstablished(states[index] ?? null));
    return lacking.length === 0
      ? { done: undefined }
      : { missing: `not served yet: ${lacking.map(describeRef).join(', ')}` };
  };
  await lookUntil(wait, look, tell);
}

interface Definition extends KubeObject {
  readonly status?: { readonly conditions?: readonly Condition[] };
}

function isEstablished(definition: Definition | null): boolean {
  const conditions = definition?.status?.conditions ?? [];
  return conditions.some(({ type, status }) => type === 'Established' && status === 'True');
}
