import type { IHTTPRoute } from '@kubernetes-models/gateway-api/gateway.networking.k8s.io/v1/HTTPRoute';
import type { IDestinationRule, IVirtualService } from '@kubernetes-models/istio/networking.istio.io/v1';
import type { ObjectRef } from '../../../domain/rollout.ts';
import { createdByAnnotation, currentMark, markOf, refOf, type KubeObject } from '../../kubernetes/index.ts';

/** Objects as the API serves them: with a name, and a version that a write can insist on. */
export type VirtualService = IVirtualService & KubeObject;
export type DestinationRule = IDestinationRule & KubeObject;
export type HttpRoute = IHTTPRoute & KubeObject;

export type Annotations = Readonly<Record<string, string>>;

/** An object of the cluster, after a run made sure of it. */
export interface Ensured<T extends KubeObject = KubeObject> {
  readonly object: T;
  readonly written: boolean;
}

/**
 * The body that applies new fields of an existing object's spec and nothing else. It insists on the version that was
 * read. On an object that a run of Sluice made, `identity` and the mark are Sluice's fields too: leaving them
 * out would give them up. So would leaving out an annotation that Sluice put there.
 */
export function fieldsOf<Spec extends object>(
  existing: KubeObject,
  fields: Spec,
  identity: object,
  annotations: Annotations = {},
) {
  const { apiVersion, kind, metadata } = existing;
  const { name, namespace, resourceVersion } = metadata;
  const mark = markOf(existing);
  const ours = { ...annotations, ...(mark === null ? {} : { [createdByAnnotation]: mark }) };
  return {
    apiVersion,
    kind,
    metadata: {
      name,
      ...(namespace === undefined ? {} : { namespace }),
      ...(resourceVersion === undefined ? {} : { resourceVersion }),
      ...(Object.keys(ours).length === 0 ? {} : { annotations: ours }),
    },
    spec: mark === null ? fields : { ...identity, ...fields },
  };
}

/** A new object under its own name, or another one where an object for something else has that; with this run's mark. */
export function markedNew<T extends KubeObject>(
  manifest: T,
  others: readonly KubeObject[],
  annotations: Annotations = {},
): T {
  const { name } = manifest.metadata;
  const isTaken = others.some(({ metadata }) => metadata.name === name);
  return {
    ...manifest,
    metadata: {
      ...manifest.metadata,
      name: isTaken ? `sluice-${name}` : name,
      annotations: { ...annotations, [createdByAnnotation]: currentMark() },
    },
  };
}

/** Which of the objects this run made, now or in an attempt that was lost. */
export function madeByThisRun(ensured: readonly Ensured[]): ObjectRef[] {
  return ensured.filter(({ object }) => markOf(object) === currentMark()).map(({ object }) => refOf(object));
}
