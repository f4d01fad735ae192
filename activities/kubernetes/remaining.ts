import { describeRef, refOf, type Condition, type KubeObject } from './object.ts';

interface Terminating extends KubeObject {
  readonly status?: { readonly conditions?: readonly Condition[] };
}

/** An object whose deletion was asked for, with what keeps it; nothing for one that is gone. */
export function describeRemaining(object: Terminating | null): string[] {
  if (object === null) return [];
  const { finalizers = [] } = object.metadata;
  const reasons = [
    ...(object.kind === 'Namespace' ? contentsOf(object) : []),
    ...(finalizers.length === 0 ? [] : [`kept by ${finalizers.join(' and ')}`]),
  ];
  const name = describeRef(refOf(object));
  return [reasons.length === 0 ? name : `${name} (${reasons.join('; ')})`];
}

/** What of a namespace is left, as the controller that empties it says. */
function contentsOf({ status }: Terminating): string[] {
  const kept = (status?.conditions ?? []).filter((condition) => condition.status === 'True');
  return kept.map(({ reason, message }) => message ?? reason ?? '').filter((words) => words !== '');
}
