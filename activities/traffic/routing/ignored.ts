import type { IgnoredRoute } from '../../../domain/routing.ts';
import type { KubeObject } from '../../kubernetes/index.ts';

/** Whether the spec says to leave an object's routes alone. */
export function isIgnored(object: KubeObject, ignore: readonly IgnoredRoute[] = []): boolean {
  return ignore.some((entry) => isNamed(object, entry));
}

/** Whether an entry of `spec.routing.ignore` names the object. */
export function isNamed({ kind, metadata }: KubeObject, entry: IgnoredRoute): boolean {
  const { name, namespace = 'default' } = metadata;
  return entry.kind === kind && entry.name === name && entry.namespace === namespace;
}
