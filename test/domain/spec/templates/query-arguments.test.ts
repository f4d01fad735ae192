import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parser } from '@prometheus-io/lezer-promql';
import {
  fillQueryArguments,
  queryArgumentProblems,
} from '../../../../domain/spec/templates/query-arguments.ts';

const hostile = [
  'a"} or vector(1) #',
  "a'",
  'a\\',
  '\\"',
  'a\nb',
  '`',
  '{{host}}',
  ') or (',
  '#',
  'é"',
  '\u0000',
];

/** The nodes of a query, one after the other. */
function shapeOf(query: string): string[] {
  const nodes: string[] = [];
  parser.parse(query).iterate({ enter: ({ type }) => void nodes.push(type.name) });
  return nodes;
}

describe('an argument in a string of a query', () => {
  it.each(hostile)('is a value, whatever it holds: %j', (x) => {
    for (const quote of ['"', "'"]) {
      const query = (value: string) => `sum(rate(m{a=${quote}x-${value}-y${quote}, b="c"}[1m])) > 5`;
      expect(shapeOf(fillQueryArguments(query('{{args.x}}'), { x }))).toEqual(shapeOf(query('z')));
    }
  });

  it('is a value for any text', () => {
    const query = (value: string) =>
      `label_replace(m{a=~"${value}"}, "b", '${value}', "c", "(.*)") or vector(1)`;
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (x) => {
        expect(shapeOf(fillQueryArguments(query('{{ args.x }}'), { x }))).toEqual(shapeOf(query('z')));
      }),
      { numRuns: 300 },
    );
  });

  it('reads as it was given', () => {
    expect(
      fillQueryArguments('m{a="{{args.x}}", b=\'{{args.x}}\', c=`{{args.x}}`}', { x: 'say "it\'s"' }),
    ).toBe(String.raw`m{a="say \"it's\"", b='say "it\'s"', c=` + '`say "it\'s"`}');
    expect(fillQueryArguments('m{a="{{args.x}}"}', { x: 5 })).toBe('m{a="5"}');
  });

  it('has no backtick where those are the quotes', () => {
    expect(queryArgumentProblems('m{a=`{{args.x}}`}', { x: 'a`b' })).toEqual([
      {
        name: 'x',
        message: '"a`b" has a ` and stands between such in the query: have the template use " instead',
      },
    ]);
  });
});

describe('an argument outside of strings', () => {
  it.each<unknown>(['orders_total', 'job:orders:rate5m', 5, -0.5, '1e3', '.5', '1m30s', '250ms', true])(
    'may be a word: %j',
    (x) => {
      expect(queryArgumentProblems('sum(rate({{args.x}}{a="b"}[1m]))', { x })).toEqual([]);
      expect(fillQueryArguments('a {{args.x}} b', { x })).toBe(`a ${String(x)} b`);
    },
  );

  it.each([
    '',
    'a b',
    'a{b="c"}',
    'a or b',
    'a)',
    'a#',
    'a\n',
    '"a"',
    '1 + 1',
    'a-b',
    '{{host}}',
    ...hostile,
  ])('is refused where it goes on with the expression: %j', (x) => {
    for (const query of ['{{args.x}} > 5', 'a{b="\\"", c="d"} + {{args.x}}', "a # it's {{args.x}}\n + 1"])
      expect(queryArgumentProblems(query, { x })).toMatchObject([{ name: 'x' }]);
  });
});
