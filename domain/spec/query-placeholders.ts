/** What a gate's query may leave open, as in `{{host}}`: it is known for each target of the gate. */
import { suggestion } from './nearest.ts';
import { show } from './show.ts';

export const queryPlaceholders = ['host', 'subset', 'version', 'namespace', 'window'] as const;
export type QueryPlaceholder = (typeof queryPlaceholders)[number];

const placeholder = /\{\{([^{}]*)\}\}/g;

/** Whether a query leaves that open. */
export function hasPlaceholder(query: string, name: QueryPlaceholder): boolean {
  return [...query.matchAll(placeholder)].some(([, found]) => found?.trim() === name);
}

/**
 * The query of one target.
 * @param valueOf what replaces a placeholder, and the text it stands for
 */
export function replacePlaceholders(
  query: string,
  valueOf: (name: QueryPlaceholder, text: string) => string,
): string {
  return query.replace(placeholder, (text, inner: string) => {
    const name = inner.trim();
    return isKnown(name) ? valueOf(name, text) : text;
  });
}

/** The query of one target: every placeholder replaced by its value. The window is a duration, such as `60s`. */
export function fillQuery(query: string, values: Readonly<Record<QueryPlaceholder, string>>): string {
  return replacePlaceholders(query, (name) => values[name]);
}

/** Names a placeholder that nothing fills; null if there is none. */
export function placeholderProblem(query: string): string | null {
  for (const [text, inner = ''] of query.matchAll(placeholder)) {
    const name = inner.trim();
    if (!isKnown(name)) {
      const known = queryPlaceholders.map((one) => `{{${one}}}`).join(', ');
      return `unknown placeholder ${show(text)} in the query${suggestion(name, queryPlaceholders)}; known are ${known}`;
    }
  }
  return null;
}

function isKnown(name: string): name is QueryPlaceholder {
  return (queryPlaceholders as readonly string[]).includes(name);
}
