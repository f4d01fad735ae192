import type { SpecIssue } from './document.ts';
import type { Finding } from './issues.ts';
import { examine, type Resolution } from './resolve.ts';
import { formatPath } from './show.ts';
import { readSource, type Source } from './source.ts';

/** A document, or everything that is wrong with it; of a right one, also the plain value that the text holds. */
export type Parsed = Resolution & { readonly value?: unknown };

/**
 * Validates the YAML (or JSON) text of a document. Never throws.
 * @returns the document and the plain value of the text, or all mistakes at once, in the order of the text
 */
export function parseDocument(text: string): Parsed {
  const source = readSource(text);
  if ('issues' in source) return source;
  const examined = examine(source.value);
  if ('document' in examined) return { ...examined, value: source.value };
  return { issues: examined.findings.map((finding) => placed(finding, source)).sort(byPlace) };
}

/** One line for a mistake: `rollout.yaml:23:9: spec.stages[1].weights.reviews: weights add up to 90, …`. */
export function formatIssue({ path, message, line, column }: SpecIssue, file: string): string {
  const place = line === null ? file : `${file}:${line}:${column ?? 1}`;
  return [place, path, message].filter((part) => part !== '').join(': ');
}

function placed({ path, message }: Finding, source: Source): SpecIssue {
  return { path: formatPath(path), message, ...source.locate(path) };
}

function byPlace(one: SpecIssue, other: SpecIssue): number {
  return (one.line ?? 0) - (other.line ?? 0) || (one.column ?? 0) - (other.column ?? 0);
}
