/** Addresses in a document: what a spec says is kept in the history of its run, so no credentials. */
import * as z from 'zod';
import { withoutTrailingSlashes } from '../trailing-slashes.ts';
import { show } from './show.ts';

/** Characters of an address; what is longer is refused by many a server and proxy. */
const longest = 2_048;

/** A base address of HTTP, without query; slashes at its end are taken off. */
export const httpAddress = z
  .string({ error: 'an address, such as http://prometheus.istio-system:9090' })
  .transform((text, context) => {
    const problem = addressProblem(text) ?? (/[?#]/.test(text) ? queryProblem(text) : null);
    if (problem === null) return withoutTrailingSlashes(text);
    context.addIssue({ code: 'custom', message: problem });
    return z.NEVER;
  });

/** An address that requests go to as it is, with path and query. */
export const httpUrl = z
  .string({ error: 'an address, such as http://checks.shop:8080/gate' })
  .superRefine((text, context) => {
    const problem = addressProblem(text) ?? (text.includes('#') ? fragmentProblem(text) : null);
    if (problem !== null) context.addIssue({ code: 'custom', message: problem });
  });

function addressProblem(text: string): string | null {
  if (text.length > longest)
    return `an address has at most ${longest} characters, this one has ${text.length}`;
  const url = URL.parse(text);
  if (url === null || !['http:', 'https:'].includes(url.protocol)) {
    return `${show(text)} is not an http:// or https:// address`;
  }
  return url.username || url.password
    ? 'an address must not hold a user name or password: it is kept in the history'
    : null;
}

function queryProblem(text: string): string {
  return `${show(text)} must end with its path, without '?' and '#'`;
}

function fragmentProblem(text: string): string {
  return `${show(text)} must not hold a '#': what stands behind it is never sent`;
}
