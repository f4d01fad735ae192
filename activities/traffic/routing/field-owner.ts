import { fieldManager } from '../../../domain/defaults.ts';
import type { KubeObject, ManagedFields } from '../../kubernetes/index.ts';

/**
 * Who wrote the routes that are not Sluice's. The list of routes is one field for the API server: a writer of any part
 * of it owns all. Where nobody owns it, because it was removed, the latest other writer of the object is named.
 * @returns null where the object tells no other writer
 */
export function foreignWriter(object: KubeObject, field = 'http'): ManagedFields | null {
  const others = entriesOf(object)
    .filter(({ manager }) => manager !== fieldManager)
    .sort((one, other) => (other.time ?? '').localeCompare(one.time ?? ''));
  return others.find((entry) => hasRoutes(entry, field)) ?? others[0] ?? null;
}

/** A writer in words, as in `kubectl-edit (Update, 2026-01-31T12:00:00Z)`. */
export function describeWriter(writer: ManagedFields | null): string {
  if (writer === null) return 'unknown';
  const { manager = 'unknown', operation, time } = writer;
  return `${manager} (${[operation, time].filter((part) => part !== undefined).join(', ')})`;
}

function entriesOf({ metadata }: KubeObject): ManagedFields[] {
  return [...(metadata.managedFields ?? [])];
}

function hasRoutes({ fieldsV1 }: ManagedFields, field: string): boolean {
  const spec = fieldsV1?.['f:spec'] as Readonly<Record<string, unknown>> | undefined;
  return spec?.[`f:${field}`] !== undefined;
}
