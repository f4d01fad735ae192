/** How messages write what a document says. */

const longest = 60;

/** A value in one short line. */
export function show(value: unknown): string {
  const text = describe(value);
  return text.length <= longest ? text : `${text.slice(0, longest)}…`;
}

function describe(value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list';
  if (typeof value === 'object' && value !== null)
    return Object.keys(value).length === 0 ? '{}' : 'a mapping';
  if (typeof value === 'string') return JSON.stringify(value);
  return String(value);
}

/** A path as in `spec.stages[1].weights.reviews`. */
export function formatPath(path: readonly PropertyKey[]): string {
  return path.reduce<string>((text, segment) => text + formatSegment(segment, text === ''), '');
}

function formatSegment(segment: PropertyKey, first: boolean): string {
  if (typeof segment === 'number') return `[${segment}]`;
  const name = String(segment);
  if (!/^[\w-]+$/.test(name)) return `[${show(name)}]`;
  return first ? name : `.${name}`;
}
