/** `Payloads` in the JSON of protobuf (https://protobuf.dev/programming-guides/json/), as codec servers exchange them. */
import type { Payload } from '@temporalio/common';
import { messageOf } from '../domain/message-of.ts';

/** One request is about one field, such as the arguments of a workflow: some payloads, not thousands. */
const maxPayloads = 1_000;

/**
 * Reads `{"payloads": [{"metadata": {"encoding": "<base64>"}, "data": "<base64>"}]}`. Of a payload, `metadata` and
 * `data` are read: what else later versions of Temporal know of it is none of the codec's.
 * @throws Error that names the place and what is allowed there, and says nothing of what a payload holds
 */
export function parsePayloads(text: string): Payload[] {
  const document = recordOf(parseJson(text), 'the document');
  const unknown = Object.keys(document).find((name) => name !== 'payloads');
  if (unknown !== undefined)
    throw new Error(`the document has ${JSON.stringify(unknown)}: "payloads" alone is allowed`);
  const payloads = document.payloads ?? [];
  if (!Array.isArray(payloads)) throw new Error(`payloads is ${kindOf(payloads)}: it must be a list`);
  if (payloads.length > maxPayloads)
    throw new Error(`payloads has ${payloads.length} entries: up to ${maxPayloads} are allowed`);
  return payloads.map((payload, index) => parsePayload(payload, `payloads[${index}]`));
}

/** As `parsePayloads` reads them. */
export function formatPayloads(payloads: readonly Payload[]): string {
  return JSON.stringify({
    payloads: payloads.map(({ metadata, data }) => ({
      metadata: mapValues(metadata ?? {}, formatBytes),
      data: formatBytes(data ?? new Uint8Array()),
    })),
  });
}

function parsePayload(value: unknown, place: string): Payload {
  // Null stands for a field that is not set.
  const { metadata, data } = recordOf(value, place);
  const fields = recordOf(metadata ?? {}, `${place}.metadata`);
  return {
    metadata: mapValues(fields, (bytes, name) =>
      parseBytes(bytes, `${place}.metadata[${JSON.stringify(name)}]`),
    ),
    data: parseBytes(data ?? '', `${place}.data`),
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error(`the document is not JSON: ${messageOf(error)}`, { cause: error });
  }
}

function recordOf(value: unknown, place: string): Record<string, unknown> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    return value as Record<string, unknown>;
  throw new Error(`${place} is ${kindOf(value)}: it must be an object`);
}

function parseBytes(value: unknown, place: string): Uint8Array {
  if (typeof value !== 'string') throw new Error(`${place} is ${kindOf(value)}: it must be text in base64`);
  const bytes = Buffer.from(value, 'base64');
  // Node skips what is not base64: only what comes out again was all of it.
  if (formatBytes(bytes) === padded(value)) return bytes;
  throw new Error(`${place} is text that is not base64: it must be bytes in base64`);
}

function formatBytes(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}

/** Both alphabets are allowed, with padding or without. */
function padded(base64: string): string {
  const standard = base64.replaceAll('-', '+').replaceAll('_', '/');
  return standard.endsWith('=') ? standard : standard.padEnd(Math.ceil(standard.length / 4) * 4, '=');
}

function mapValues<From, To>(
  record: Readonly<Record<string, From>>,
  change: (value: From, name: string) => To,
): Record<string, To> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, change(value, name)]));
}

function kindOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}
