/** Finds what somebody most likely meant. */

/** Changes by which a name may miss. */
const furthest = 2;

/** Names that are compared, and characters of each: a document may have any number, and miss all of them. */
const maxCandidates = 50;
const longest = 100;

/** The candidate that a misspelt name is nearest to; null if none is near. */
export function nearest(given: string, candidates: readonly string[]): string | null {
  if (given.length > longest) return null;
  const wanted = given.toLowerCase();
  const limit = wanted.length <= 4 ? 1 : furthest;
  const comparable = candidates.slice(0, maxCandidates).filter((name) => name.length <= longest);
  const scored = comparable.map((name) => ({ name, edits: distance(wanted, name.toLowerCase()) }));
  const best = scored.sort((a, b) => a.edits - b.edits)[0];
  return best !== undefined && best.edits <= limit ? best.name : null;
}

/** `; did you mean "x"?`, or nothing. */
export function suggestion(given: string, candidates: readonly string[]): string {
  const name = nearest(given, candidates);
  return name === null ? '' : `; did you mean ${JSON.stringify(name)}?`;
}

/**
 * Levenshtein distance as far as it counts: a cell off the diagonal by more than `furthest` belongs to a longer way.
 * @returns Infinity for names that are further apart
 */
function distance(one: string, other: string): number {
  const [given, wanted] = [Array.from(one), Array.from(other)];
  if (Math.abs(given.length - wanted.length) > furthest) return Infinity;
  let row = [...Array(wanted.length + 1).keys()];
  for (const [index, letter] of given.entries()) {
    row = nextRow(row, index + 1, letter, wanted);
    if (Math.min(...row.slice(Math.max(0, index - furthest), index + furthest + 3)) > furthest)
      return Infinity;
  }
  return row.at(-1) ?? Infinity;
}

function nextRow(row: readonly number[], first: number, letter: string, wanted: readonly string[]): number[] {
  const next = Array<number>(row.length).fill(Infinity);
  next[0] = first;
  const end = Math.min(wanted.length, first + furthest);
  for (let at = Math.max(0, first - furthest - 1); at < end; at += 1) {
    const replaced = (row[at] ?? Infinity) + (wanted[at] === letter ? 0 : 1);
    const dropped = (row[at + 1] ?? Infinity) + 1;
    const added = (next[at] ?? Infinity) + 1;
    next[at + 1] = Math.min(replaced, dropped, added);
  }
  return next;
}
