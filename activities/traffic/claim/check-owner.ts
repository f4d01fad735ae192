import { describeRef, type KubeObject } from '../../kubernetes/index.ts';
import { keeperOf } from '../routing/keeper.ts';

/** What Argo Rollouts puts on routing objects that it changes; its value is the Rollout's name. */
const argoRollouts = 'argo-rollouts.argoproj.io/managed-by-rollouts';

/** The controller that keeps an object as it wants it, and would undo every shift: `Canary reviews`; null for none. */
export function controllerOf({ metadata }: KubeObject): string | null {
  const owner = metadata.ownerReferences?.find(({ controller }) => controller);
  if (owner !== undefined) return `${owner.kind} ${owner.name}`;
  const rollout = metadata.annotations?.[argoRollouts];
  return rollout === undefined ? null : `Argo Rollouts' Rollout ${rollout}`;
}

/**
 * A warning about a tool that may write the object again whenever it syncs; null where none is known.
 * @param field of the spec that a rollout writes
 */
export function deployerWarning(object: KubeObject, field: string): string | null {
  const keeper = keeperOf(object, field);
  if (keeper === null) return null;
  const what = describeRef({ kind: object.kind, ...object.metadata });
  return `${what} is kept by ${keeper.name}, which may undo shifts when it syncs: ${keeper.remedy} (docs/gitops.md)`;
}
