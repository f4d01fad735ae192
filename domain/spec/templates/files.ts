/** Files of gate templates: a document names them, and whoever starts its rollout puts their templates into it. */
import type { Finding } from '../issues.ts';
import { templateFiles } from '../schema/gate-template.ts';
import { isMapping, type Mapping, without } from './mapping.ts';

/** Gate templates, as plain values, of each file that a document names, in its order. */
export type TemplateFiles = readonly (readonly unknown[])[];

/** Paths in `spec.templatesFrom`; none where that is wrong. */
export function templateFilesOf(value: unknown): readonly string[] {
  const files = templateFiles.safeParse(specOf(value)?.templatesFrom);
  return files.success ? files.data : [];
}

/** The document with the templates of its files behind its own, and without `templatesFrom`. */
export function inlineTemplates(value: unknown, files: TemplateFiles): unknown {
  const spec = specOf(value);
  if (files.length === 0 || spec === null) return value;
  const { gateTemplates = [] } = spec;
  const all = Array.isArray(gateTemplates)
    ? [...(gateTemplates as unknown[]), ...files.flat()]
    : gateTemplates;
  return { ...(value as Mapping), spec: { ...without(spec, ['templatesFrom']), gateTemplates: all } };
}

/** A mistake in an inlined template is one of the file, as far as the document's text goes. */
export function withFile(finding: Finding, value: unknown, files: TemplateFiles): Finding {
  const [spec, field, index] = finding.path;
  if (spec !== 'spec' || field !== 'gateTemplates' || typeof index !== 'number') return finding;
  const own = specOf(value)?.gateTemplates;
  let rest = index - (Array.isArray(own) ? own.length : 0);
  if (rest < 0) return finding;
  const file = files.findIndex((templates) => (rest -= templates.length) < 0);
  return { ...finding, path: ['spec', 'templatesFrom', file] };
}

function specOf(value: unknown): Mapping | null {
  return isMapping(value) && isMapping(value.spec) ? value.spec : null;
}
