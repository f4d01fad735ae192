/** Finds what somebody most likely meant. */

/** The candidate that a misspelt name is nearest to; null if none is near. */
export function nearest(given: string, candidates: readonly string[]): string | null {
  const wanted = given.toLowerCase();
  const limit = wanted.length <= 4 ? 1 : 2;
  const scored = candidates.map((name) => ({ name, edits: distance(wanted, name.toLowerCase()) }));
  const best = scored.sort((a, b) => a.edits - b.edits)[0];
  return best !== undefined && best.edits <= limit ? best.name : null;
}

/** `; did you mean "x"?`, or nothing. */
export function suggestion(given: string, candidates: readonly string[]): string {
  const name = nearest(given, candidates);
  return name === null ? '' : `; did you mean ${JSON.stringify(name)}?`;
}

/** Levenshtein distance; names of very different length are not compared letter by letter. */
function distance(one: string, other: string): number {
  if (Math.abs(one.length - other.length) > 2) return Infinity;
  let row = [...Array(other.length + 1).keys()];
  for (const [index, letter] of Array.from(one).entries()) row = nextRow(row, index + 1, letter, other);
  return row.at(-1) ?? Infinity;
}

function nextRow(row: readonly number[], first: number, letter: string, other: string): number[] {
  const next = [first];
  for (const [index, wanted] of Array.from(other).entries()) {
    const replaced = (row[index] ?? Infinity) + (wanted === letter ? 0 : 1);
    const dropped = (row[index + 1] ?? Infinity) + 1;
    const added = (next[index] ?? Infinity) + 1;
    next.push(Math.min(replaced, dropped, added));
  }
  return next;
}
