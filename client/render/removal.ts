import { describeRef } from '../../domain/describe-ref.ts';
import type { RemovalStep } from '../../domain/removal.ts';

/** Steps of a clean-up for a person, in their order, with the objects of each. */
export function formatRemoval(subject: string, steps: readonly RemovalStep[]): string {
  const lines = steps.flatMap((step, index) => [`${index + 1}. ${step.name}`, ...detailsOf(step)]);
  return [`a teardown of ${subject} would remove, in this order:`, ...lines].join('\n');
}

function detailsOf(step: RemovalStep): string[] {
  const objects = 'objects' in step ? step.objects.toReversed().map(describeRef) : [];
  const exposed = 'exposed' in step ? step.exposed.map((ref) => `${describeRef(ref)} is closed again`) : [];
  return [...exposed, ...objects].map((text) => `   - ${text}`);
}
