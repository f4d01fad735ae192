/** The gate templates of a document or of a file. */
import type { Finding } from '../issues.ts';
import { gateTemplate, type GateTemplate } from '../schema/gate-template.ts';
import { show } from '../show.ts';
import { checkTemplate } from './check-templates.ts';

/** Templates that can be used, and what is wrong with the others. */
export interface Library {
  readonly templates: readonly GateTemplate[];
  /** Names of all, of those that are wrong too. */
  readonly names: readonly string[];
  readonly findings: readonly Finding[];
}

/** Reads a list of templates; what its schema says is left to whoever validates the whole. */
export function readLibrary(list: unknown, path: readonly PropertyKey[]): Library {
  const entries: unknown[] = Array.isArray(list) ? list : [];
  const names = entries.map(nameOf);
  const read = entries.map((entry, index) => readTemplate(entry, [...path, index]));
  return {
    templates: read.flatMap(({ template }) => template ?? []),
    names: names.flatMap((name) => name ?? []),
    findings: [...read.flatMap(({ findings }) => findings), ...repeatedNames(names, path)],
  };
}

function readTemplate(entry: unknown, path: readonly PropertyKey[]) {
  const parsed = gateTemplate.safeParse(entry);
  if (!parsed.success) return { template: null, findings: [] };
  const findings = checkTemplate(parsed.data, path);
  return { template: findings.length === 0 ? parsed.data : null, findings };
}

function nameOf(entry: unknown): string | null {
  const named = typeof entry === 'object' && entry !== null && 'name' in entry;
  return named && typeof entry.name === 'string' ? entry.name : null;
}

function repeatedNames(names: readonly (string | null)[], path: readonly PropertyKey[]): Finding[] {
  return names.flatMap((name, index) => {
    if (name === null || names.indexOf(name) === index) return [];
    const message = `gate template ${show(name)} is there twice: each needs a name of its own`;
    return [{ path: [...path, index, 'name'], message }];
  });
}
