import { Context } from '@temporalio/activity';
import { fieldManager } from '../../domain/defaults.ts';
import type { ObjectRef } from '../../domain/rollout.ts';
import type { ClusterClient } from './client.ts';
import { isApplied } from './is-applied.ts';
import { refOf, type KubeObject } from './object.ts';

/** Says which run made an object: `<workflow id>@<run id>`, for a workflow id serves many runs. */
export const createdByAnnotation = 'sluice.dev/created-by';

/** The mark of the run that this activity belongs to. */
export function currentMark(): string {
  const execution = Context.current().info.workflowExecution;
  return `${execution?.workflowId ?? ''}@${execution?.runId ?? ''}`;
}

/** The mark on an object; null for one that no run of Sluice made. */
export function markOf(object: KubeObject): string | null {
  return object.metadata.annotations?.[createdByAnnotation] ?? null;
}

export interface Applied<T> {
  readonly object: T;
  /** True also when a lost earlier attempt of the same run made it. */
  readonly created: boolean;
}

/**
 * Applies an object, and marks it as made by this run when it was not there. The mark of an existing object stays
 * what it is: none, or another run's. One that is as it should be, by an attempt that was lost, is not written again.
 */
export async function applyMarked<T extends KubeObject>(
  client: ClusterClient,
  object: T,
  manager: string = fieldManager,
): Promise<Applied<T>> {
  const existing = await client.read(refOf(object));
  const mark = existing === null ? currentMark() : markOf(existing);
  const wanted = mark === null ? object : withMark(object, mark);
  const isThere = existing !== null && (await isApplied(client, existing, wanted, manager));
  const applied = isThere ? (existing as T) : await client.apply(wanted, manager);
  return { object: applied, created: mark === currentMark() };
}

/** Applies objects in their order; those that this run created, in whichever attempt. `onApplied` is told of each. */
export async function applyEach(
  client: ClusterClient,
  objects: readonly KubeObject[],
  onApplied: () => void = () => undefined,
  manager: string = fieldManager,
): Promise<ObjectRef[]> {
  const created: ObjectRef[] = [];
  for (const object of objects) {
    const applied = await applyMarked(client, object, manager);
    if (applied.created) created.push(refOf(object));
    onApplied();
  }
  return created;
}

function withMark<T extends KubeObject>(object: T, mark: string): T {
  const annotations = { ...object.metadata.annotations, [createdByAnnotation]: mark };
  return { ...object, metadata: { ...object.metadata, annotations } };
}
