import type { RemovalStep } from '../../domain/removal.ts';
import type { ObjectRef } from '../../domain/rollout.ts';

/** Steps of a clean-up for a person, in their order, with the objects of each. */
export function formatRemoval(subject: string, steps: readonly RemovalStep[]): string {
  const lines = steps.flatMap((step, index) => [`${index + 1}. ${step.name}`, ...detailsOf(step)]);
  return [`a teardown of ${subject} would remove, in this order:`, ...lines].join('\n');
}

function detailsOf(step: RemovalStep): string[] {
  const objects = 'objects' in step ? step.objects.toReversed().map(nameOf) : [];
  const exposed = 'exposed' in step ? step.exposed.map((ref) => `${nameOf(ref)} is closed again`) : [];
  return [...exposed, ...objects].map((text) => `   - ${text}`);
}

function nameOf({ kind, name, namespace }: ObjectRef): string {
  return `${kind} ${namespace === undefined ? '' : `${namespace}/`}${name}`;
}
