import { ApplicationFailure } from '@temporalio/activity';
import { FailureType } from '../../domain/failure.ts';
import { describeRef, type Pod } from '../kubernetes/object.ts';

/** Name of the container that Istio injects. */
export const sidecar = 'istio-proxy';

/** By a label, or as it was before by an annotation, a pod says that it wants no sidecar. */
const injection = 'sidecar.istio.io/inject';

/**
 * Fails with `CheckFailed` where pods of the namespace lack the sidecar. Istio injects it when a pod is created: one
 * that is older than the namespace's label has none. Pods that want none need none.
 */
export function requireSidecars(namespace: string, pods: readonly Pod[]): void {
  const bare = pods
    .filter((pod) => wantsSidecar(pod) && !hasSidecar(pod))
    .map(({ metadata }) => describeRef({ kind: 'pod', ...metadata }));
  if (bare.length === 0) return;
  throw ApplicationFailure.nonRetryable(
    `no sidecar (${sidecar}) in ${bare.join(', ')}: created before namespace ${namespace} was labelled istio-injection=enabled; restart them with kubectl rollout restart deployment --namespace ${namespace}`,
    FailureType.checkFailed,
  );
}

function wantsSidecar({ metadata: { labels = {}, annotations = {} }, spec }: Pod): boolean {
  return (labels[injection] ?? annotations[injection]) !== 'false' && spec.hostNetwork !== true;
}

/** In `containers`, or, as a native sidecar, in `initContainers` with `restartPolicy: Always`. */
export function hasSidecar({ spec }: Pod): boolean {
  const native = (spec.initContainers ?? []).filter(({ restartPolicy }) => restartPolicy === 'Always');
  return [...spec.containers, ...native].some(({ name }) => name === sidecar);
}
