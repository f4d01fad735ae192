/** What a Temporal server keeps, as text that can be searched. */

/**
 * Everything that an answer of the server holds, each payload decoded to the bytes that it carries.
 * @param answer a history or a description, as the SDK gives it
 */
export function textOf(answer: unknown): string {
  return texts(JSON.parse(JSON.stringify(answer)), false).join('\n');
}

/** In the JSON of protobuf, bytes are base64: those of payloads are `data` and the values of `metadata`. */
function texts(value: unknown, bytes: boolean): string[] {
  if (typeof value === 'string') return [bytes ? Buffer.from(value, 'base64').toString('utf8') : value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => [
    key,
    ...texts(inner, bytes || key === 'metadata' || (key === 'data' && typeof inner === 'string')),
  ]);
}
