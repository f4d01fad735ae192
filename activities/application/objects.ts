import { ApplicationFailure } from '@temporalio/activity';
import { FailureType } from '../../domain/failure.ts';
import type { ApplicationObject, ApplicationSource } from '../../domain/spec/application.ts';
import { bundle } from '../../manifests/bundles.ts';
import type { ClusterClient } from '../kubernetes/client.ts';
import type { KubeObject } from '../kubernetes/object.ts';
import { isWorkload } from '../kubernetes/workload.ts';

/** What others live in or are of: they come before all else, and go after it. */
const foundations = ['Namespace', 'CustomResourceDefinition'];

export function isFoundation({ kind }: { readonly kind: string }): boolean {
  return foundations.includes(kind);
}

/** An application's objects as they are written, in the order to apply them; the reverse to remove them. */
export function objectsOf(application: ApplicationSource, namespace: string): ApplicationObject[] {
  if ('bundle' in application)
    return bundle(application.bundle)
      .objects(namespace)
      .map((object) => ({ ...object }));
  const { objects } = application;
  return [...objects.filter(isFoundation), ...objects.filter((object) => !isFoundation(object))];
}

/** Those of an application's objects that run pods, each in its namespace. */
export function workloadsOf(application: ApplicationSource, namespace: string): KubeObject[] {
  return objectsOf(application, namespace)
    .filter(isWorkload)
    .map((object) => inNamespace(object, object.metadata.namespace ?? namespace));
}

/** Objects as they go to the API server: in a namespace, by default the rollout's, or in none, as their kind has it. */
export async function placeObjects(
  client: ClusterClient,
  objects: readonly ApplicationObject[],
  namespace: string,
): Promise<KubeObject[]> {
  return await Promise.all(
    objects.map(async (object) => {
      const isNamespaced = await client.isNamespaced(object);
      if (isNamespaced === null) throw unknownKind(object);
      return inNamespace(object, isNamespaced ? (object.metadata.namespace ?? namespace) : null);
    }),
  );
}

/** Fails with `InvalidTarget` where neither the cluster nor the application itself knows a kind. */
export async function requireKinds(
  client: ClusterClient,
  objects: readonly ApplicationObject[],
): Promise<void> {
  const defined = new Set(objects.flatMap(definedKind));
  const others = objects.filter(({ apiVersion, kind }) => !defined.has(`${groupOf(apiVersion)}/${kind}`));
  await placeObjects(client, others, '');
}

function definedKind({ kind, spec }: ApplicationObject): string[] {
  if (kind !== 'CustomResourceDefinition') return [];
  const { group, names } = spec as { group?: string; names?: { kind?: string } };
  return [`${group}/${names?.kind}`];
}

function groupOf(apiVersion: string): string {
  return apiVersion.split('/')[0] ?? '';
}

function inNamespace(object: ApplicationObject, namespace: string | null): KubeObject {
  if (namespace !== null) return { ...object, metadata: { ...object.metadata, namespace } };
  const metadata: { name: string; namespace?: string | undefined } = { ...object.metadata };
  delete metadata.namespace;
  return { ...object, metadata: metadata as KubeObject['metadata'] };
}

function unknownKind({ apiVersion, kind, metadata: { name } }: ApplicationObject): ApplicationFailure {
  return ApplicationFailure.nonRetryable(
    `the cluster does not know ${kind} of ${apiVersion} (${name}): install what defines it first, or have its CustomResourceDefinition among the objects`,
    FailureType.invalidTarget,
  );
}
