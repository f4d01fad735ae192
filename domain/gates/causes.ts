/** Failed requests by what ended them, as in `{ '503 UF': 3 }`. */
export type Causes = Readonly<Record<string, number>>;

/** Causes that a reason names. */
const named = 3;

export function addCauses(before: Causes, more: Causes): Causes {
  const causes = { ...before };
  for (const [cause, count] of Object.entries(more)) causes[cause] = (causes[cause] ?? 0) + count;
  return causes;
}

/** @returns the most frequent causes, as in `503 UF: 3, 500: 2`; empty where there are none */
export function describeCauses(causes: Causes): string {
  const sorted = Object.entries(causes).sort(([, one], [, other]) => other - one);
  const shown = sorted.slice(0, named).map(([cause, count]) => `${cause}: ${count}`);
  return [...shown, ...(sorted.length > named ? [`${sorted.length - named} other kinds`] : [])].join(', ');
}
