import type { ObjectRef } from './rollout.ts';

/** An object in words: `Deployment default/reviews-v1`. */
export function describeRef({
  kind,
  name,
  namespace,
}: Pick<ObjectRef, 'kind' | 'name' | 'namespace'>): string {
  return `${kind} ${namespace === undefined ? '' : `${namespace}/`}${name}`;
}
