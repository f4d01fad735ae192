/**
 * A text less the slashes at its end, in time that grows with its length. A regular expression for it looks at each
 * run of slashes once from each of its slashes.
 */
export function withoutTrailingSlashes(text: string): string {
  let end = text.length;
  while (text[end - 1] === '/') end -= 1;
  return text.slice(0, end);
}
