import { describeRef, type KubeObject } from '../../kubernetes/index.ts';

/** What Argo Rollouts puts on routing objects that it changes; its value is the Rollout's name. */
const argoRollouts = 'argo-rollouts.argoproj.io/managed-by-rollouts';

/** Labels and annotations by which tools that deploy from Git or a chart know their objects again. */
const deployers = {
  'argocd.argoproj.io/instance': 'Argo CD',
  'argocd.argoproj.io/tracking-id': 'Argo CD',
  'kustomize.toolkit.fluxcd.io/name': 'Flux',
  'helm.toolkit.fluxcd.io/name': 'Flux',
} as const;

/** The controller that keeps an object as it wants it, and would undo every shift: `Canary reviews`; null for none. */
export function controllerOf({ metadata }: KubeObject): string | null {
  const owner = metadata.ownerReferences?.find(({ controller }) => controller);
  if (owner !== undefined) return `${owner.kind} ${owner.name}`;
  const rollout = metadata.annotations?.[argoRollouts];
  return rollout === undefined ? null : `Argo Rollouts' Rollout ${rollout}`;
}

/** A warning about a tool that may write the object again whenever it syncs; null where none is known. */
export function deployerWarning(object: KubeObject): string | null {
  const { labels = {}, annotations = {} } = object.metadata;
  const marks: Readonly<Record<string, string>> = { ...labels, ...annotations };
  const [, deployer] = Object.entries(deployers).find(([mark]) => marks[mark] !== undefined) ?? [];
  if (deployer === undefined) return null;
  return `${describeRef({ kind: object.kind, ...object.metadata })} is deployed by ${deployer}, which may undo shifts when it syncs: let it ignore the routes' weights`;
}
