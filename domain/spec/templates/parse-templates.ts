import type { SpecIssue } from '../document.ts';
import { findingsOf } from '../issues.ts';
import { placeFinding, placeFindings } from '../place.ts';
import { templatesDocument } from '../schema/document.ts';
import { readSource } from '../source.ts';
import { templateFilesOf } from './files.ts';
import { readLibrary } from './library.ts';
import { isMapping } from './mapping.ts';

/** Templates of a file as plain values, or everything that is wrong with it. */
export type ParsedTemplates =
  { readonly templates: readonly unknown[] } | { readonly issues: readonly SpecIssue[] };

/** Validates the YAML (or JSON) text of a file of gate templates. Never throws. */
export function parseTemplates(text: string): ParsedTemplates {
  const source = readSource(text);
  if ('issues' in source) return source;
  const { value } = source;
  const parsed = templatesDocument.safeParse(value);
  const list: unknown = isMapping(value) ? value.templates : [];
  const shape = parsed.success ? [] : parsed.error.issues.flatMap((issue) => findingsOf(issue, value));
  const findings = [...shape, ...readLibrary(list, ['templates']).findings];
  return findings.length > 0
    ? { issues: placeFindings(findings, source) }
    : { templates: list as readonly unknown[] };
}

/** A file that a document names in `spec.templatesFrom`, and where. */
export interface TemplateReference {
  readonly file: string;
  /** Makes a mistake of the document of what is wrong with the file as a whole. */
  readonly issue: (message: string) => SpecIssue;
}

/** Files of gate templates that the text of a document names; none if it cannot be read. */
export function templateReferences(text: string): TemplateReference[] {
  const source = readSource(text);
  if ('issues' in source) return [];
  return templateFilesOf(source.value).map((file, index) => {
    const path = ['spec', 'templatesFrom', index];
    return { file, issue: (message) => placeFinding({ path, message }, source) };
  });
}
