/**
 * Bounds of a document as a whole, looked at before anything else of it: what validation takes then has an end, on a
 * worker too, whose one thread serves every other rollout meanwhile.
 */
import {
  maxDocumentCharacters,
  maxDocumentDepth,
  maxDocumentEntries,
  maxObjectCharacters,
  maxObjects,
} from '../defaults.ts';
import type { Finding } from './issues.ts';

/** Parts that are others' formats: their lists and mappings are as long as these allow. */
const foreign: readonly string[] = [
  'spec.application.objects',
  'spec.application.chart',
  'spec.mesh.operator',
];

/** Values of the document itself, and with those of foreign parts: a sensible spec has some hundreds. */
const maxOwnValues = 20_000;
const maxValues = 200_000;

/** Parts of a path that a finding shows. */
const shownDepth = 10;

const maxCharacters = maxDocumentCharacters + maxObjectCharacters;

interface Visit {
  readonly value: unknown;
  readonly path: readonly PropertyKey[];
  readonly isForeign: boolean;
}

/**
 * What of a value is beyond the bounds.
 * @param root a plain value, as YAML or JSON give it
 * @returns the first excess; null where there is none
 */
export function boundsProblem(root: unknown): Finding | null {
  // Not by recursion, which is what a deep document would break.
  const open: Visit[] = [{ value: root, path: [], isForeign: false }];
  let values = 0;
  let own = 0;
  let characters = 0;
  for (let visit = open.pop(); visit !== undefined; visit = open.pop()) {
    const problem = excessOf(visit);
    if (problem !== null) return { path: visit.path.slice(0, shownDepth), message: problem };
    const inner = innerOf(visit);
    values += 1;
    own += visit.isForeign ? 0 : 1;
    characters += sizeOf(visit.value);
    for (const one of inner) open.push(one);
    if (own > maxOwnValues) return { path: [], message: tooMuch('values', maxOwnValues) };
    if (values + open.length > maxValues) return { path: [], message: tooMuch('values', maxValues) };
    if (characters > maxCharacters) return { path: [], message: tooMuch('characters', maxCharacters) };
  }
  return null;
}

function tooMuch(what: string, most: number): string {
  return `the document has more than ${most} ${what}, which is the most that are allowed`;
}

function excessOf({ value, path, isForeign }: Visit): string | null {
  if (typeof value !== 'object' || value === null) return null;
  if (path.length > maxDocumentDepth)
    return `nests deeper than ${maxDocumentDepth} levels, which is the most that are allowed`;
  const length = Array.isArray(value) ? value.length : Object.keys(value).length;
  const most = path.join('.') === 'spec.application.objects' ? maxObjects : maxDocumentEntries;
  if (length <= most || (isForeign && path.join('.') !== 'spec.application.objects')) return null;
  return `has ${length} entries, at most ${most} are allowed`;
}

function innerOf({ value, path, isForeign }: Visit): Visit[] {
  if (typeof value !== 'object' || value === null) return [];
  const entries: [PropertyKey, unknown][] = Array.isArray(value)
    ? [...value.entries()]
    : Object.entries(value);
  return entries.map(([key, inner]) => {
    const at = [...path, key];
    return { value: inner, path: at, isForeign: isForeign || foreign.includes(at.join('.')) };
  });
}

function sizeOf(value: unknown): number {
  if (typeof value === 'string') return value.length;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return 1;
  return Object.keys(value).reduce((total, key) => total + key.length, 0);
}
