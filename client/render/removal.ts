import { describeRef } from '../../domain/describe-ref.ts';
import type { RemovalStep } from '../../domain/removal.ts';

/**
 * Steps of a clean-up for a person, in their order, with the objects of each.
 * @param subject whose clean-up it is
 * @param steps of it
 * @param meshKept why the mesh would stay; null where it would not
 */
export function formatRemoval(
  subject: string,
  steps: readonly RemovalStep[],
  meshKept: string | null,
): string {
  const nameOf = ({ name }: RemovalStep) =>
    name === 'mesh' && meshKept !== null ? `mesh: stays, ${meshKept}` : name;
  const lines = steps.flatMap((step, index) => [`${index + 1}. ${nameOf(step)}`, ...detailsOf(step)]);
  return [`a teardown of ${subject} would remove, in this order:`, ...lines].join('\n');
}

function detailsOf(step: RemovalStep): string[] {
  const objects = 'objects' in step ? step.objects.toReversed().map(describeRef) : [];
  const exposed = 'exposed' in step ? step.exposed.map((ref) => `${describeRef(ref)} is closed again`) : [];
  return [...exposed, ...objects].map((text) => `   - ${text}`);
}
