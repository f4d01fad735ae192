/** What a stage does with requests besides weights: testers and copies. */
import * as z from 'zod';
import type { RequestMatch, StringMatch } from '../../diversions.ts';
import { cookieMatch } from '../cookie-match.ts';
import { line, listOf, mapping, whole } from '../fields.ts';

/** Names that Istio does not take for headers: it has fields of their own for them. */
const pseudoHeaders = ['uri', 'scheme', 'method', 'authority'];

const headerForm = 'the name of a header in lower case, such as x-tester';
const headerName = z
  .string()
  .regex(/^[\w!#$%&'*+.^`|~-]{1,256}$/, { error: headerForm })
  .refine((name) => name === name.toLowerCase() && !pseudoHeaders.includes(name), { error: headerForm });

const cookieName = z.string().regex(/^[\w!#$%&'*+.^`|~-]{1,256}$/, { error: 'the name of a cookie' });

/** RE2 has neither, and Istio would refuse the route when it is written. */
const notInRe2 = /\(\?(?:[=!]|<[=!])|\\[1-9]/;

/** Flags that stand before an expression are RE2's, not JavaScript's. */
const leadingFlags = /^\(\?[imsU]+\)/;

const regex = line('an expression in one line').refine(isRe2, {
  error: 'a regular expression of RE2: without look-around and back-references',
});

function isRe2(text: string): boolean {
  if (notInRe2.test(text)) return false;
  try {
    return new RegExp(text.replace(leadingFlags, '')) instanceof RegExp;
  } catch {
    return false;
  }
}

const kinds = mapping('a condition', {
  exact: line('text in one line').optional(),
  prefix: line('text in one line').optional(),
  regex: regex.optional(),
});

const condition = kinds.transform((given, context): StringMatch => {
  const [only, ...others] = Object.entries(given).filter(([, value]) => value !== undefined);
  if (only !== undefined && others.length === 0) return { [only[0]]: only[1] } as unknown as StringMatch;
  context.addIssue({ code: 'custom', message: 'a condition is one of exact, prefix, regex' });
  return z.NEVER;
});

const headers = z.record(headerName, condition, {
  error: 'a mapping of headers to conditions, such as {x-tester: {exact: "yes"}}',
});
const cookies = z.record(cookieName, condition, {
  error: 'a mapping of a cookie to its condition, such as {tester: {exact: "yes"}}',
});

const requestMatch = mapping('whose requests they are', {
  headers: headers.optional(),
  cookies: cookies.optional(),
}).transform((given, context): RequestMatch => {
  const [cookie, ...more] = Object.entries(given.cookies ?? {});
  const refuse = (path: string[], message: string) => {
    context.addIssue({ code: 'custom', path, message });
    return z.NEVER;
  };
  if (cookie === undefined) {
    if (Object.keys(given.headers ?? {}).length > 0) return { headers: given.headers ?? {} };
    return refuse([], 'nobody is told apart by this: name a header or a cookie');
  }
  if (more.length > 0)
    return refuse(['cookies'], 'proxies can ask for one cookie in a match: give each a match of its own');
  if (given.headers?.cookie !== undefined)
    return refuse(['headers', 'cookie'], 'cookies asks for this header already: leave one of the two out');
  return { headers: { ...given.headers, cookie: cookieMatch(...cookie) } };
});

/** Testers by host and version. */
export const match = z.record(z.string(), z.record(z.string(), listOf('matches', requestMatch)), {
  error: 'a mapping of hosts to testers, such as {reviews: {v2: [{headers: {x-tester: {exact: "yes"}}}]}}',
});

const copies = z
  .record(z.string(), whole(1, 100), { error: 'a mapping of a subset to percent, such as {v2: 20}' })
  .refine((value) => Object.keys(value).length === 1, { error: 'copies go to one subset: name one' });

/** Percent of a host's requests that a version gets copies of. */
export const mirror = z.record(z.string(), copies, {
  error: 'a mapping of hosts to copies, such as {reviews: {v2: 20}}',
});
