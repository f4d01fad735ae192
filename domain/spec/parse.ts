import type { SpecIssue } from './document.ts';
import { placeFindings } from './place.ts';
import { examine, type Resolution } from './resolve.ts';
import { readSource } from './source.ts';
import { inlineTemplates, type TemplateFiles, withFile } from './templates/files.ts';

/** A document, or everything that is wrong with it; of a right one, also the plain value to start a workflow with. */
export type Parsed = Resolution & { readonly value?: unknown };

/**
 * Validates the YAML (or JSON) text of a document. Never throws.
 * @param files what the files in `spec.templatesFrom` hold: it becomes the document's own
 * @returns the document and the plain value of the text, or all mistakes at once, in the order of the text
 */
export function parseDocument(text: string, files: TemplateFiles = []): Parsed {
  const source = readSource(text);
  if ('issues' in source) return source;
  const value = inlineTemplates(source.value, files);
  const examined = examine(value);
  if ('document' in examined) return { ...examined, value };
  const findings = examined.findings.map((finding) => withFile(finding, source.value, files));
  return { issues: placeFindings(findings, source) };
}

/** One line for a mistake: `rollout.yaml:23:9: spec.stages[1].weights.reviews: weights add up to 90, …`. */
export function formatIssue({ path, message, line, column }: SpecIssue, file: string): string {
  const place = line === null ? file : `${file}:${line}:${column ?? 1}`;
  return [place, path, message].filter((part) => part !== '').join(': ');
}
