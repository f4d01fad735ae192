import { describe, expect, it } from '@jest/globals';
import { queryProblem } from '../../../domain/spec/promql.ts';
import { fillQuery, hasPlaceholder } from '../../../domain/spec/query-placeholders.ts';

describe('a query that is right', () => {
  it.each([
    'up',
    '1',
    'sum(rate(istio_requests_total{destination_workload="{{host}}-{{version}}"}[{{window}}]))',
    'histogram_quantile(0.99, sum by (le) (rate(x_bucket{subset="{{ subset }}"}[1m])))',
    'sum(rate(a[5m])) / sum(rate(b{namespace="{{namespace}}"}[5m]))',
    "a{b='c'} > bool 5 # what it is for",
    'max_over_time(x[5m:1s] offset 1h)',
    'sum(\n  rate(a[1m])\n)\n',
    '{__name__="a", b=~"c|d"}',
  ])('%p is let through', (query) => expect(queryProblem(query)).toBeNull());
});

describe('a query that is wrong says where', () => {
  it.each([
    ['', 'at character 1 it ends too early'],
    ['sum(rate(x[1m])', 'at character 16 it ends too early'],
    ['sum(x))', 'at character 7 it cannot go on with ")"'],
    ['rate(x[1m]) +', 'at character 14 it ends too early'],
    ['x{a="b}', 'at character 8 it ends too early'],
    ['x{a=b}', 'at character 5 it cannot go on with "b}"'],
    ['select avg(x)', 'at character 8 it cannot go on with "avg(x)"'],
    ['sum(\n  rate(a[1m]\n)', 'at line 3, character 2 it ends too early'],
    ['x{host="{{host}}", }} ', 'at character 21 it cannot go on with "}"'],
  ])('%p', (query, expected) => expect(queryProblem(query)).toBe(`the query is not PromQL: ${expected}`));

  it('in characters of the query as it is written, whatever the placeholders stand for', () => {
    expect(queryProblem('x{h="{{ host }}"}[{{window}}] )')).toContain(
      'at character 31 it cannot go on with ")"',
    );
  });
});

it.each([
  ['rate(x[1m])[5m', 'it ends too early'],
  ['x[5m]', 'the query gives a range of samples, a gate needs one number: put it in rate() or the like'],
  ['x[5m:1m]', 'the query gives a range of samples, a gate needs one number: put it in max_over_time()'],
  ['"text"', 'the query gives text, a gate needs one number'],
  ['x + '.repeat(3000), 'the query has 12000 characters, at most 10000 are allowed: use a recording rule'],
])('%p is no query of a gate', (query, expected) => expect(queryProblem(query)).toContain(expected));

describe('placeholders', () => {
  it('that are unknown are named with what was meant', () => {
    expect(queryProblem('x{a="{{hosts}}"}')).toBe(
      'unknown placeholder "{{hosts}}" in the query; did you mean "host"?; known are {{host}}, {{subset}}, {{version}}, {{namespace}}, {{window}}',
    );
    expect(queryProblem('x{a="{{}}"}')).toContain('unknown placeholder "{{}}" in the query; known are');
  });

  it('are all replaced by their values, each as it is', () => {
    const values = { host: 'cart', subset: 'v2', version: '$&', namespace: 'shop', window: '60s' };
    expect(fillQuery('{{host}} {{ subset }} {{version}} {{namespace}} [{{window}}] {{host}}', values)).toBe(
      'cart v2 $& shop [60s] cart',
    );
  });

  it('can be asked for', () => {
    expect(hasPlaceholder('x{a="{{ version }}"}', 'version')).toBe(true);
    expect(hasPlaceholder('x{a="version"}', 'version')).toBe(false);
  });
});
