/** Turns what zod found into messages that say what was given and what is allowed. */
import type * as z from 'zod';
import { show } from './show.ts';

/** A mistake before its place in the text is looked up. */
export interface Finding {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

/** Findings of one zod issue: an unknown field each is one. */
export function findingsOf(issue: z.core.$ZodIssue, root: unknown): Finding[] {
  const { path } = issue;
  switch (issue.code) {
    case 'custom':
      return [{ path, message: issue.message }];
    case 'unrecognized_keys':
      return issue.message
        .split('\n')
        .map((message, index) => ({ path: [...path, issue.keys[index] ?? ''], message }));
    case 'invalid_key':
      return [{ path, message: `${show(path.at(-1))} is not ${issue.issues[0]?.message ?? issue.message}` }];
    default:
      return [{ path, message: contrast(valueAt(root, path), issue.message) }];
  }
}

function contrast(given: unknown, allowed: string): string {
  if (given === undefined) return `missing, it must be ${allowed}`;
  if (given === null) return `nothing is given, it must be ${allowed}`;
  return `${show(given)} is not ${allowed}`;
}

function valueAt(root: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((value, segment) => {
    const holds = typeof value === 'object' && value !== null && Object.hasOwn(value, segment);
    return holds ? (value as Record<PropertyKey, unknown>)[segment] : undefined;
  }, root);
}
