import type { SpecIssue } from './document.ts';
import { placeFindings } from './place.ts';
import { examine, type Resolution } from './resolve.ts';
import type { ApplicationObject } from './application.ts';
import { inlineObjects, withSource } from './objects/inline.ts';
import { readSource } from './source.ts';
import { inlineTemplates, type TemplateFiles, withFile } from './templates/files.ts';

/** What the files that a document names hold: it becomes the document's own. */
export interface FileContents {
  readonly templates?: TemplateFiles;
  /** Objects of `spec.application`; null where it names no files. */
  readonly objects?: readonly ApplicationObject[] | null;
}

/** A document, or everything that is wrong with it; of a right one, also the plain value to start a workflow with. */
export type Parsed = Resolution & { readonly value?: unknown };

/**
 * Validates the YAML (or JSON) text of a document. Never throws.
 * @returns the document and the plain value of the text, or all mistakes at once, in the order of the text
 */
export function parseDocument(text: string, { templates = [], objects = null }: FileContents = {}): Parsed {
  const source = readSource(text);
  if ('issues' in source) return source;
  const value = inlineObjects(inlineTemplates(source.value, templates), objects);
  const examined = examine(value);
  if ('document' in examined) return { ...examined, value };
  const findings = examined.findings.map((finding) =>
    withSource(withFile(finding, source.value, templates), source.value),
  );
  return { issues: placeFindings(findings, source) };
}

/** One line for a mistake: `rollout.yaml:23:9: spec.stages[1].weights.reviews: weights add up to 90, …`. */
export function formatIssue({ path, message, line, column }: SpecIssue, file: string): string {
  const place = line === null ? file : `${file}:${line}:${column ?? 1}`;
  return [place, path, message].filter((part) => part !== '').join(': ');
}
