/** Durations as users write them (`1m30s`, `500ms`) and as the code counts them: milliseconds. */

const units = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1_000],
  ['ms', 1],
] as const;

const factors: Readonly<Record<string, number>> = Object.fromEntries(units);

const wholeText = /^-?(?:\d+(?:\.\d+)?(?:ms|s|m|h|d))+$/;
const onePart = /(\d+(?:\.\d+)?)(ms|s|m|h|d)/gy;

/** Characters of a duration; every one that makes sense has fewer. */
const longest = 100;

/** Sums of decimals are off by less than this. */
const rounding = 1e-6;

/** What a duration looks like, for messages. */
export const durationForm = 'a duration with a unit, such as 500ms, 30s, 1m30s or 2h';

/**
 * Reads a duration: numbers with the units ms, s, m, h and d, one after the other, as in Go.
 * @returns whole milliseconds; null if the text is no duration or finer; negative if it starts with a minus sign
 */
export function readDuration(text: string): number | null {
  const trimmed = text.trim();
  if (trimmed.length > longest || !wholeText.test(trimmed)) return null;
  const parts = [...trimmed.replace('-', '').matchAll(onePart)];
  const total = parts.reduce((sum, [, value, unit]) => sum + Number(value) * (factors[unit ?? ''] ?? 0), 0);
  const whole = Math.round(total);
  if (Math.abs(total - whole) > rounding * Math.max(1, whole)) return null;
  return trimmed.startsWith('-') && whole > 0 ? -whole : whole;
}

/**
 * Reads a duration that must be there.
 * @returns milliseconds
 * @throws RangeError that says what was given and what a duration looks like
 */
export function parseDuration(text: string): number {
  const value = readDuration(text);
  if (value === null) throw new RangeError(`${JSON.stringify(text)} is not ${durationForm}`);
  if (value < 0) throw new RangeError(`${JSON.stringify(text)} is negative, it must be 0s or longer`);
  return value;
}

/** Writes milliseconds as `parseDuration` reads them: `90000` is `1m30s`. */
export function formatDuration(milliseconds: number): string {
  let rest = Math.round(Math.abs(milliseconds));
  let text = '';
  for (const [unit, factor] of units) {
    const count = Math.floor(rest / factor);
    rest -= count * factor;
    if (count > 0) text += `${count}${unit}`;
  }
  return `${milliseconds < 0 && text ? '-' : ''}${text || '0s'}`;
}
