/** How what a run made is removed: who uses something goes before it. */
import type { Created, ObjectRef } from './rollout.ts';

/** A step of a clean-up. */
export type RemovalStep =
  | { readonly name: 'namespace label' | 'cluster' }
  | { readonly name: 'mesh'; readonly revisions: readonly string[] }
  | { readonly name: 'routes' | 'subsets' | 'application'; readonly objects: readonly ObjectRef[] }
  | {
      readonly name: 'add-ons';
      readonly objects: readonly ObjectRef[];
      readonly exposed: readonly ObjectRef[];
    };

/** Steps that remove what a ledger lists, and nothing else, in the order to take them. */
export function removalSteps(created: Created): RemovalStep[] {
  const { objects, backends = [], addons = [], exposed = [], revisions = ['default'] } = created;
  const others = objects.filter((object) => !isRoute(object) && !isSubsets(object));
  const listed: RemovalStep[] = [
    { name: 'routes', objects: objects.filter(isRoute) },
    { name: 'subsets', objects: [...objects.filter(isSubsets), ...backends] },
    { name: 'application', objects: others },
    { name: 'add-ons', objects: addons, exposed },
  ];
  return [
    ...listed.filter(holdsAnything),
    ...(created.mesh ? [{ name: 'mesh', revisions } as const] : []),
    ...(created.namespaceLabel ? [{ name: 'namespace label' } as const] : []),
    ...(created.cluster ? [{ name: 'cluster' } as const] : []),
  ];
}

function holdsAnything(step: RemovalStep): boolean {
  const objects = 'objects' in step ? step.objects.length : 0;
  return objects + ('exposed' in step ? step.exposed.length : 0) > 0;
}

function isRoute({ kind }: ObjectRef): boolean {
  return kind === 'VirtualService' || kind === 'HTTPRoute';
}

function isSubsets({ kind }: ObjectRef): boolean {
  return kind === 'DestinationRule';
}
