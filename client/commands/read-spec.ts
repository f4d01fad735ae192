import { formatIssue, parseDocument } from '../../domain/spec/parse.ts';
import type { Document } from '../../domain/spec/document.ts';
import type { Context } from '../context.ts';
import { messageOf } from '../../domain/message-of.ts';
import { refuse } from '../errors.ts';

/** A document, and the plain value that it was read from. */
export interface ReadSpec {
  readonly document: Document;
  readonly value: unknown;
}

/**
 * Reads and validates a spec file.
 * @throws ClientError if the file cannot be read, or with everything that is wrong in it
 */
export async function readSpec({ readFile }: Context, file: string): Promise<ReadSpec> {
  const text = await readFile(file).catch((error: unknown) => {
    throw refuse(`${file} cannot be read: ${messageOf(error)}`);
  });
  const parsed = parseDocument(text);
  if ('document' in parsed) return { document: parsed.document, value: parsed.value };
  const { issues } = parsed;
  const count = issues.length === 1 ? '1 mistake' : `${issues.length} mistakes`;
  const lines = issues.map((issue) => formatIssue(issue, file));
  throw refuse([`${file} has ${count}:`, ...lines].join('\n'), issues);
}
