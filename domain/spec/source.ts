/** The YAML text of a document: its plain value, its syntax errors, and where each part of it stands. */
import * as yaml from 'yaml';
import { maxDocumentCharacters, maxIssues } from '../defaults.ts';
import { boundsProblem } from './bounds.ts';
import type { SpecIssue } from './document.ts';
import { messageOf } from '../message-of.ts';
import { formatPath } from './show.ts';

/** A text that is YAML. */
export interface Source {
  readonly value: unknown;
  /** 1-based place of what a path names, or of the nearest thing around it that is there. */
  readonly locate: (path: readonly PropertyKey[]) => { line: number; column: number };
}

/** Reads a YAML text. Never throws: whatever the text is, the answer is its value or its errors. */
export function readSource(text: string): Source | { readonly issues: readonly SpecIssue[] } {
  if (text.length > maxDocumentCharacters) {
    return failure(`the file has ${text.length} characters, at most ${maxDocumentCharacters} are allowed`);
  }
  try {
    return readDocuments(text);
  } catch (error) {
    // The parser gives up on what nests too deeply or expands without bounds (aliases).
    return failure(`the file cannot be read as YAML: ${messageOf(error)}`);
  }
}

function readDocuments(text: string): Source | { readonly issues: readonly SpecIssue[] } {
  const lines = new yaml.LineCounter();
  const found = yaml.parseAllDocuments(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: false });
  const [document, second] = 'empty' in found ? [] : found;
  if (document === undefined || document.contents === null)
    return failure('the file is empty, a document is needed');
  const errors = errorsOf(document);
  if (errors.length > 0) return { issues: errors.map((error) => syntaxIssue(error, lines)) };
  if (second !== undefined) {
    return failure(
      'a second document starts here: give each a file of its own',
      lines.linePos(second.range[0]),
    );
  }
  const locate = (path: readonly PropertyKey[]) => placeOf(document, path, lines);
  const value: unknown = document.toJS({ maxAliasCount: 100 });
  const excess = boundsProblem(value);
  if (excess === null) return { value, locate };
  return {
    issues: [{ path: formatPath(excess.path), message: excess.message, ...locate(excess.path) }],
  };
}

/** What is wrong with a document that was read with `uniqueKeys: false`, as far as somebody mends it at once. */
export function errorsOf(document: yaml.Document): yaml.YAMLError[] {
  const found = firstAtEachPlace([...document.errors, ...document.warnings, ...repeatedKeys(document)]);
  return found.sort((one, other) => one.pos[0] - other.pos[0]).slice(0, maxIssues);
}

/** The parser's own search for keys that are there twice compares each with each. */
function repeatedKeys(document: yaml.Document): yaml.YAMLError[] {
  const errors: yaml.YAMLError[] = [];
  yaml.visit(document, {
    Map(_, { items }) {
      const seen = new Set<unknown>();
      for (const { key } of items) {
        if (!yaml.isScalar(key) || key.range == null) continue;
        if (seen.has(key.value) && !(key instanceof yaml.Scalar && key.value === '<<'))
          errors.push(
            new yaml.YAMLParseError([key.range[0], key.range[1]], 'DUPLICATE_KEY', 'Map keys must be unique'),
          );
        seen.add(key.value);
      }
    },
  });
  return errors;
}

/** What follows at the same place is the parser's confusion about the first error. */
function firstAtEachPlace(errors: readonly yaml.YAMLError[]): yaml.YAMLError[] {
  return [...new Map(errors.toReversed().map((error) => [error.pos[0], error])).values()].reverse();
}

function failure(message: string, place = { line: 1, col: 1 }): { issues: SpecIssue[] } {
  return { issues: [{ path: '', message, line: place.line, column: place.col }] };
}

/** What the parser says of a text, as a mistake. */
export function syntaxIssue(error: yaml.YAMLError, lines: yaml.LineCounter): SpecIssue {
  const { line, col } = lines.linePos(error.pos[0]);
  const message = error.message.charAt(0).toLowerCase() + error.message.slice(1);
  return { path: '', message: `not valid YAML: ${message}`, line, column: col };
}

/** Where a part of a document stands, or what is nearest to it. */
export function placeOf(document: yaml.Document, path: readonly PropertyKey[], lines: yaml.LineCounter) {
  let node: unknown = document.contents;
  let offset = offsetOf(node) ?? 0;
  for (const segment of path) {
    const step = enter(node instanceof yaml.Alias ? node.resolve(document) : node, segment);
    if (step === null) break;
    offset = offsetOf(step.mark) ?? offset;
    node = step.node;
  }
  const { line, col } = lines.linePos(offset);
  return { line, column: col };
}

/** One step down: the node, and what to point at, which for a field is its name. */
function enter(node: unknown, segment: PropertyKey): { node: unknown; mark: unknown } | null {
  if (yaml.isSeq(node) && typeof segment === 'number') {
    const item = node.items[segment];
    return item === undefined ? null : { node: item, mark: item };
  }
  if (!yaml.isMap(node)) return null;
  const pair = node.items.find(({ key }) => String(yaml.isScalar(key) ? key.value : key) === String(segment));
  return pair === undefined ? null : { node: pair.value, mark: pair.key };
}

function offsetOf(node: unknown): number | undefined {
  return yaml.isNode(node) ? node.range?.[0] : undefined;
}
