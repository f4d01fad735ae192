/** Hooks of Helm charts, which nobody runs as such here. */
import type { ApplicationObject } from '../application.ts';

const annotation = 'helm.sh/hook';

/**
 * The objects of a chart in the order to apply them: what its `pre-install` hooks make before the rest, what its
 * `post-install` hooks make after it, and nothing of hooks of other events, such as tests, upgrades and deletions.
 */
export function withoutHooks(objects: readonly ApplicationObject[]): ApplicationObject[] {
  const at = (event: string) => objects.filter((object) => hooksOf(object).includes(event));
  const plain = objects.filter((object) => hooksOf(object).length === 0);
  const before = at('pre-install');
  return [...before, ...plain, ...at('post-install').filter((object) => !before.includes(object))];
}

function hooksOf({ metadata }: ApplicationObject): string[] {
  const { annotations = {} } = metadata as { annotations?: Record<string, unknown> };
  const hooks = annotations[annotation];
  return typeof hooks === 'string' ? hooks.split(',').map((hook) => hook.trim()) : [];
}
