import type { StringMatch } from '../diversions.ts';

/**
 * A cookie's condition as one on the header `cookie`, which has all of a request's: the expression of Istio's own
 * examples (istio.io/latest/docs/reference/config/networking/virtual-service), with what is text quoted.
 */
export function cookieMatch(name: string, condition: StringMatch): StringMatch {
  return { regex: `(?:.*;\\s*)?${quote(name)}=${valueOf(condition)}(?:;.*)?` };
}

function valueOf(condition: StringMatch): string {
  if ('exact' in condition) return quote(condition.exact);
  return 'prefix' in condition ? `${quote(condition.prefix)}[^;]*` : `(?:${condition.regex})`;
}

/** Text as an expression that matches just it, in RE2. */
export function quote(text: string): string {
  return text.replace(/[$()*+.?[\\\]^{|}]/g, '\\$&');
}
