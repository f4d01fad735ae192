const longest = 200;

/** The beginning of an answer, in quotes and on one line; a page's title where it has one. */
export function excerpt(text: string): string {
  const flat = text.replace(/\s+/g, ' ').trim();
  if (flat === '') return 'empty';
  const title = /<title>[^<]*<\/title>/.exec(flat)?.[0];
  const shown = title ?? flat;
  return `"${shown.length > longest ? `${shown.slice(0, longest)}…` : shown}"`;
}
