/**
 * Fields of a document. The `error` of each says what is allowed, as in "a whole number from 0 to 100";
 * `issues.ts` puts what was given before it.
 */
import * as z from 'zod';
import { durationForm, formatDuration, readDuration } from '../duration.ts';
import { maxListLength } from '../defaults.ts';
import { suggestion } from './nearest.ts';
import { show } from './show.ts';

/** A mapping that has just these fields; every other field is an issue of its own. */
export function mapping<Shape extends z.ZodRawShape>(what: string, shape: Shape) {
  const known = Object.keys(shape);
  const error = (issue: z.core.$ZodRawIssue) =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.map((key) => unknownField(key, known)).join('\n')
      : `${what}: a mapping with ${known.join(', ')}`;
  return z.strictObject(shape, { error });
}

function unknownField(key: string, known: readonly string[]): string {
  return `unknown field ${show(key)}${suggestion(key, known) || `; known here: ${known.join(', ')}`}`;
}

/** A list of one to `maxListLength` entries. */
export function listOf<Item extends z.ZodType>(what: string, item: Item, least = 1) {
  const error = `a list of ${least} to ${maxListLength} ${what}`;
  return z.array(item, { error }).min(least, { error }).max(maxListLength, { error });
}

/** A name as Kubernetes asks for it (RFC 1123 label). */
export const dnsLabel = z
  .string({ error: 'a name in text' })
  .regex(/^(?=.{1,63}$)[a-z0-9]([-a-z0-9]*[a-z0-9])?$/, {
    error: "a name of at most 63 lower-case letters, digits and '-', with a letter or digit at both ends",
  });

const labelName = '[A-Za-z0-9](?:[-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?';
const labelPrefix = '(?:(?=[^/]{1,253}/)[a-z0-9](?:[-a-z0-9.]*[a-z0-9])?/)?';

export const labelKey = z.string().regex(new RegExp(`^${labelPrefix}${labelName}$`), {
  error: 'a Kubernetes label key, such as version or app.kubernetes.io/version',
});

export const labelValue = z
  .string({ error: 'text: put it in quotes' })
  .regex(new RegExp(`^(?:${labelName})?$`), {
    error:
      "a Kubernetes label value: at most 63 letters, digits, '-', '_' and '.', with a letter or digit at both ends",
  });

/** Text of one line that is not empty. */
export function line(what: string) {
  return z.string({ error: what }).regex(/^[^\n\r]{1,4096}$/, { error: what });
}

export function whole(least: number, most: number) {
  const error = `a whole number from ${least} to ${most}`;
  return z.int({ error }).min(least, { error }).max(most, { error });
}

/** A duration within bounds of milliseconds. */
export function duration(least: number, most: number) {
  return z.string({ error: durationForm }).transform((text, context) => {
    const value = readDuration(text);
    if (value !== null && value >= least && value <= most) return value;
    const range = `allowed is ${formatDuration(least)} to ${formatDuration(most)}`;
    const message =
      value === null ? `${show(text)} is not ${durationForm}` : `${show(text)} is out of range, ${range}`;
    context.addIssue({ code: 'custom', message });
    return z.NEVER;
  });
}

export function oneOf<const Names extends readonly [string, ...string[]]>(names: Names) {
  return z.enum(names, { error: `one of ${names.join(', ')}` });
}

export const flag = z.boolean({ error: 'true or false' });

/** A share strictly between 0 and 1. */
export const share = z
  .number({ error: 'a share over 0 and under 1' })
  .refine((value) => value > 0 && value < 1, {
    error: ({ input }) => shareProblem(input, 'a share over 0 and under 1'),
  });

/** Says that a share was meant as percent where it may have been. */
export function shareProblem(given: unknown, allowed: string): string {
  const percent = typeof given === 'number' && given >= 1 && given <= 100;
  return `${show(given)} is not ${allowed}${percent ? `; ${given} % is ${given / 100}` : ''}`;
}

/** A field whose schema follows from what is given: its mistakes are those of that schema, not of every other one. */
export function chosen<Output>(choose: (value: unknown) => z.ZodType<Output>) {
  return z.unknown().transform((value, context): Output => {
    const parsed = choose(value).safeParse(value);
    if (parsed.success) return parsed.data;
    context.issues.push(...(parsed.error.issues as z.core.$ZodRawIssue[]));
    return z.NEVER;
  });
}
