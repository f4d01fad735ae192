/** PromQL of a gate: its placeholders and its syntax. What a query gives is known when Prometheus is asked. */
import { parser } from '@prometheus-io/lezer-promql';
import { maxQueryCharacters } from '../defaults.ts';
import { suggestion } from './nearest.ts';
import { show } from './show.ts';

/** What a query may leave open, as in `{{host}}`: it is known for each target of a gate. */
export const queryPlaceholders = ['host', 'subset', 'version', 'namespace', 'window'] as const;
export type QueryPlaceholder = (typeof queryPlaceholders)[number];

const placeholder = /\{\{([^{}]*)\}\}/g;

/** Whether a query leaves that open. */
export function hasPlaceholder(query: string, name: QueryPlaceholder): boolean {
  return [...query.matchAll(placeholder)].some(([, found]) => found?.trim() === name);
}

/** The query of one target: every placeholder replaced by its value. The window is a PromQL duration, such as `60s`. */
export function fillQuery(query: string, values: Readonly<Record<QueryPlaceholder, string>>): string {
  return query.replace(placeholder, (text, inner: string) => {
    const name = inner.trim();
    return isKnown(name) ? values[name] : text;
  });
}

/** What is wrong with a query, and where in it; null if nothing is. */
export function queryProblem(query: string): string | null {
  if (query.length > maxQueryCharacters)
    return `the query has ${query.length} characters, at most ${maxQueryCharacters} are allowed: use a recording rule`;
  return placeholderProblem(query) ?? syntaxProblem(query);
}

function isKnown(name: string): name is QueryPlaceholder {
  return (queryPlaceholders as readonly string[]).includes(name);
}

function placeholderProblem(query: string): string | null {
  for (const [text, inner = ''] of query.matchAll(placeholder)) {
    const name = inner.trim();
    if (!isKnown(name)) {
      const known = queryPlaceholders.map((one) => `{{${one}}}`).join(', ');
      return `unknown placeholder ${show(text)} in the query${suggestion(name, queryPlaceholders)}; known are ${known}`;
    }
  }
  return null;
}

/** Values as long as their placeholders keep every place in the query what it is in the spec. */
function sample(query: string): string {
  return query.replace(placeholder, (text, inner: string) =>
    inner.trim() === 'window' ? `${'1'.repeat(text.length - 1)}s` : 'a'.repeat(text.length),
  );
}

function syntaxProblem(query: string): string | null {
  const tree = parser.parse(sample(query));
  const wrong: number[] = [];
  tree.iterate({
    enter: ({ type, from }) => {
      if (type.isError) wrong.push(from);
    },
  });
  const [first] = wrong;
  if (first !== undefined) return describe(query, first);
  return shapes[tree.topNode.firstChild?.name ?? ''] ?? null;
}

/** Expressions that Prometheus takes and that never give a number. */
const shapes: Readonly<Record<string, string>> = {
  MatrixSelector: 'the query gives a range of samples, a gate needs one number: put it in rate() or the like',
  SubqueryExpr:
    'the query gives a range of samples, a gate needs one number: put it in max_over_time() or the like',
  StringLiteral: 'the query gives text, a gate needs one number',
};

function describe(query: string, offset: number): string {
  const before = query.slice(0, offset).split('\n');
  const column = (before.at(-1)?.length ?? 0) + 1;
  const line = query.trimEnd().includes('\n') ? `line ${before.length}, ` : '';
  const rest = query.slice(offset).trim();
  const found = rest === '' ? 'it ends too early' : `it cannot go on with ${show(rest.split('\n')[0])}`;
  return `the query is not PromQL: at ${line}character ${column} ${found}`;
}
