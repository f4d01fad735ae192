/** A mapping of a document, of which nothing else is known yet. */
export type Mapping = Readonly<Record<string, unknown>>;

export function isMapping(value: unknown): value is Mapping {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A mapping less some of its fields. */
export function without(mapping: Mapping, fields: readonly string[]): Mapping {
  return Object.fromEntries(Object.entries(mapping).filter(([field]) => !fields.includes(field)));
}
