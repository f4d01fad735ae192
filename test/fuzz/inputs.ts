/** Inputs of a fuzzing test: seeds of each format, bent, cut, nested and repeated, and texts that are none of it. */
import fc from 'fast-check';

/** Pieces that parsers stumble over. */
const pieces = [
  ...['"', "'", '`', '\\', '\\"', '\n', '\r\n', '\t', '\0', '\u001b[31m', '\u202e', '\ufeff', '\ud800'],
  ...[
    '{',
    '}',
    '[',
    ']',
    '(',
    ')',
    '{{',
    '}}',
    '{{host}}',
    '{{args.x}}',
    '{{ }}',
    '<<',
    '*a',
    '&a',
    '!!',
    '|',
    '>',
  ],
  ...[
    'null',
    'true',
    '-0',
    '1e999',
    '-1',
    '0.1',
    '1e-400',
    '9007199254740993',
    'NaN',
    '+Inf',
    '.inf',
    '0x10',
    '0o7',
  ],
  ...[
    '__proto__',
    'constructor',
    'toString',
    '"__proto__":{"a":1},',
    '"constructor":null,',
    'hasOwnProperty',
  ],
  ...[
    ':',
    ',',
    ', ',
    ': ',
    '- ',
    '---\n',
    '...\n',
    '#',
    '%',
    '/',
    '//',
    '../',
    '?',
    '@',
    '=',
    '=~',
    '.',
    ' ',
    's',
    'h',
  ],
  ...[
    '169.254.169.254',
    'http://',
    'file://',
    'http://a:b@c',
    '<!channel>',
    '<script>',
    '](x)',
    '\u2028',
    '𝕊',
  ],
];

/** The same over and over: what takes more than linear time, or recurs, shows by them. */
const repeated = fc
  .tuple(
    fc.oneof(fc.constantFrom(...pieces), fc.string({ maxLength: 4 })),
    fc.constantFrom(2, 100, 3_000, 20_000, 100_000),
  )
  .map(([piece, count]) => piece.repeat(Math.min(count, Math.ceil(100_000 / Math.max(piece.length, 1)))));

/** Deeper than any stack of calls goes. */
const deep = fc
  .tuple(fc.constantFrom('[]', '{"a":}', '- ', '(', '{a: ', 'a:\n '), fc.constantFrom(50, 1_000, 20_000))
  .map(([form, depth]) => nest(form, depth));

function nest(form: string, depth: number): string {
  if (form === '[]') return '['.repeat(depth) + ']'.repeat(depth);
  if (form === '{"a":}') return `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`;
  if (form === 'a:\n ')
    return Array.from({ length: Math.min(depth, 300) }, (_, at) => `${' '.repeat(at)}a:\n`).join('');
  return form.repeat(depth);
}

const piece = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...pieces) },
  { weight: 3, arbitrary: fc.string({ unit: 'binary', maxLength: 12 }) },
  { weight: 2, arbitrary: fc.jsonValue({ maxDepth: 2 }).map((value) => JSON.stringify(value)) },
  { weight: 1, arbitrary: repeated },
  { weight: 1, arbitrary: deep },
);

/** Where to cut, as a share of the text, how much to take away, and what to put there. */
const edit = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  length: fc.oneof(fc.constant(0), fc.nat(12), fc.nat(400)),
  text: piece,
});

/** A seed with a few edits. */
function bent(seeds: readonly string[]) {
  return fc
    .tuple(fc.constantFrom(...seeds), fc.array(edit, { minLength: 1, maxLength: 4 }))
    .map(([seed, edits]) =>
      edits.reduce((text, { at, length, text: put }) => {
        const start = Math.floor(at * text.length);
        return text.slice(0, start) + put + text.slice(start + length);
      }, seed),
    );
}

/** A JSON document with other values in some places. */
function revalued(seeds: readonly string[]) {
  const documents = seeds.filter(isJson);
  if (documents.length === 0) return fc.constant('{}');
  const change = fc.record({ at: fc.nat(10_000), value: fc.jsonValue({ maxDepth: 3 }) });
  return fc
    .tuple(fc.constantFrom(...documents), fc.array(change, { minLength: 1, maxLength: 3 }))
    .map(([seed, changes]) => changes.reduce((text, one) => withValue(text, one.at, one.value), seed));
}

function withValue(text: string, place: number, value: unknown): string {
  let count = 0;
  const size = countValues(JSON.parse(text));
  const wanted = place % Math.max(size, 1);
  return JSON.stringify(
    JSON.parse(text, (_key, found: unknown) => (count++ === wanted ? value : found)) ?? null,
  );
}

function countValues(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 1;
  return Object.values(value).reduce<number>((total, inner) => total + countValues(inner), 1);
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/**
 * Inputs for a parser.
 * @param seeds right documents of its format
 */
export function inputsLike(seeds: readonly string[]): fc.Arbitrary<string> {
  return fc.oneof(
    { weight: 10, arbitrary: bent(seeds) },
    { weight: 8, arbitrary: revalued(seeds) },
    { weight: 2, arbitrary: piece },
    { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 300 }) },
    { weight: 1, arbitrary: fc.json({ maxDepth: 6 }) },
    { weight: 1, arbitrary: repeated },
    { weight: 1, arbitrary: deep },
  );
}
