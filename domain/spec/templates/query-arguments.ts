/** Arguments of templates within PromQL: values there, and never text that ends a string or goes on with the expression. */
import { show } from '../show.ts';
import { placeOfArgument } from './placeholders.ts';

/** What a place stands in: a string by its quote, a comment, or the expression itself. */
type Quote = '"' | "'" | '`';
type Context = Quote | '#' | null;

/** What may stand within a text; `checkUse` refuses the rest. */
type Scalar = string | number | boolean;

interface QueryPlace {
  readonly start: number;
  readonly end: number;
  readonly name: string;
  readonly context: Context;
}

/** Names of metrics and labels, numbers and durations (prometheus.io/docs/prometheus/latest/querying/basics). */
const word = /^(?:[a-z_:][\w:]*|[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?|(?:\d+(?:ms|[smhdwy]))+)$/i;

/**
 * The query with every argument as a value: escaped in strings, as it is where a word may stand.
 * @param query of the template
 * @param args that `queryArgumentProblems` finds nothing wrong with
 */
export function fillQueryArguments(query: string, args: Readonly<Record<string, unknown>>): string {
  let filled = '';
  let done = 0;
  for (const { start, end, name, context } of placesIn(query)) {
    const value = `${args[name] as Scalar}`;
    filled += query.slice(done, start) + (isQuote(context) ? escaped(value, context) : value);
    done = end;
  }
  return filled + query.slice(done);
}

/**
 * Arguments that cannot be values where the query has places for them.
 * @returns a message for each, by the name of the argument
 */
export function queryArgumentProblems(
  query: string,
  args: Readonly<Record<string, unknown>>,
): { readonly name: string; readonly message: string }[] {
  return placesIn(query).flatMap(({ name, context }) => {
    const value = Object.hasOwn(args, name) ? args[name] : undefined;
    if (value === undefined || typeof value === 'object' || isFit(`${value as Scalar}`, context)) return [];
    return [{ name, message: `${show(value)} ${whyUnfit(context)}` }];
  });
}

function isFit(value: string, context: Context): boolean {
  if (!isQuote(context)) return word.test(value);
  return context !== '`' || !value.includes('`');
}

function whyUnfit(context: Context): string {
  if (context === '`') return 'has a ` and stands between such in the query: have the template use " instead';
  return (
    'stands outside of quotes in the query, where the name of a metric or label, a number or a duration may stand: ' +
    'write everything else into the query of the template'
  );
}

/** PromQL's strings are Go's: between backticks nothing is escaped. */
function escaped(value: string, context: Quote): string {
  if (context === '`') return value;
  const inner = JSON.stringify(value).slice(1, -1);
  return context === '"' ? inner : inner.replaceAll('\\"', '"').replaceAll("'", "\\'");
}

/** Every place for an argument, and what it stands in. */
function placesIn(query: string): QueryPlace[] {
  const places: QueryPlace[] = [];
  let context: Context = null;
  for (let at = 0; at < query.length;) {
    const place = placeOfArgument(query, at);
    if (place !== null) {
      places.push({ start: at, end: place.end, name: place.name, context });
      at = place.end;
    } else [at, context] = step(query, at, context);
  }
  return places;
}

function step(query: string, at: number, context: Context): [number, Context] {
  const letter = query[at];
  if (context === '#') return [at + 1, letter === '\n' ? null : context];
  if (context === null) return [at + 1, isStart(letter) ? letter : null];
  if (letter === '\\' && context !== '`') return [at + 2, context];
  return [at + 1, letter === context ? null : context];
}

function isStart(letter: string | undefined): letter is Quote | '#' {
  return letter === '#' || isQuote(letter);
}

function isQuote(letter: string | null | undefined): letter is Quote {
  return letter === '"' || letter === "'" || letter === '`';
}
