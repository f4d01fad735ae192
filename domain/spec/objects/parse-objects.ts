/** Manifests: YAML (or JSON) texts of any number of objects. */
import * as yaml from 'yaml';
import { messageOf } from '../../message-of.ts';
import type { ApplicationObject } from '../application.ts';
import type { SpecIssue } from '../document.ts';
import { findingsOf } from '../issues.ts';
import { object } from '../schema/objects.ts';
import { formatPath } from '../show.ts';
import { errorsOf, placeOf, syntaxIssue } from '../source.ts';

/** Objects of a text in its order, or everything that is wrong with it. */
export type ParsedObjects =
  { readonly objects: readonly ApplicationObject[] } | { readonly issues: readonly SpecIssue[] };

/**
 * Reads the objects of a text as kubectl does: YAML 1.1, where `0644` is octal and `yes` is true, though not its
 * base-60 numbers and times, which Go's parser does not know. The items of a `List` count as objects. Never throws.
 */
export function parseObjects(text: string): ParsedObjects {
  const lines = new yaml.LineCounter();
  try {
    const documents = readAll(text, lines);
    const parsed = documents.map((document) => readDocument(document, lines));
    const issues = parsed.flatMap((one) => ('issues' in one ? one.issues : []));
    if (issues.length > 0) return { issues };
    return { objects: parsed.flatMap((one) => ('objects' in one ? one.objects : [])) };
  } catch (error) {
    // The parser gives up on what nests too deeply or expands without bounds (aliases).
    return {
      issues: [{ path: '', message: `cannot be read as YAML: ${messageOf(error)}`, line: 1, column: 1 }],
    };
  }
}

function readAll(text: string, lineCounter: yaml.LineCounter): yaml.Document[] {
  const found = yaml.parseAllDocuments(text, {
    lineCounter,
    prettyErrors: false,
    uniqueKeys: false,
    version: '1.1',
    customTags: (tags) => tags.filter((tag) => !isForeign(tag)),
  });
  return 'empty' in found ? [] : found;
}

function isForeign(tag: yaml.Tags[number]): boolean {
  return (
    typeof tag === 'object' &&
    (('format' in tag && tag.format === 'TIME') || tag.tag === 'tag:yaml.org,2002:timestamp')
  );
}

function readDocument(document: yaml.Document, lines: yaml.LineCounter): ParsedObjects {
  const errors = errorsOf(document);
  if (errors.length > 0) return { issues: errors.map((error) => syntaxIssue(error, lines)) };
  // A document of comments alone, as templates leave them.
  if (document.contents === null) return { objects: [] };
  const value: unknown = document.toJS({ maxAliasCount: 100 });
  if (value === null) return { objects: [] };
  const parsed = itemsOf(value).map(({ item, path }) => readObject(item, path, document, lines));
  const issues = parsed.flatMap((one) => ('issues' in one ? one.issues : []));
  return issues.length > 0
    ? { issues }
    : { objects: parsed.flatMap((one) => ('objects' in one ? one.objects : [])) };
}

function itemsOf(value: unknown): { item: unknown; path: readonly PropertyKey[] }[] {
  const { kind, items } = value as { kind?: unknown; items?: unknown };
  if (kind !== 'List' || !Array.isArray(items)) return [{ item: value, path: [] }];
  return items.map((item: unknown, index) => ({ item, path: ['items', index] }));
}

function readObject(
  value: unknown,
  path: readonly PropertyKey[],
  document: yaml.Document,
  lines: yaml.LineCounter,
): ParsedObjects {
  const { success, data, error } = object.safeParse(value);
  if (success) return { objects: [data] };
  const findings = error.issues.flatMap((issue) => findingsOf(issue, value));
  return {
    issues: findings.map((finding) => {
      const full = [...path, ...finding.path];
      return { path: formatPath(full), message: finding.message, ...placeOf(document, full, lines) };
    }),
  };
}
