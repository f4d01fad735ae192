import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import * as yaml from 'yaml';
import { formatIssue, parseDocument } from '../../../domain/spec/parse.ts';
import { resolveDocument } from '../../../domain/spec/resolve.ts';
import { parseTemplates, templateReferences } from '../../../domain/spec/templates/parse-templates.ts';
import { canary } from './documents.ts';

const right = `apiVersion: sluice.dev/v1alpha1
kind: Canary
metadata: { name: checkout }
spec:
  cluster: { provider: lab }
  services:
    - host: checkout
      subsets:
        - { name: v1, labels: { version: v1 } }
        - { name: v2, labels: { version: v2 } }
  stages:
    - name: start
      weights:
        checkout: { v1: 100 }
    - name: canary
      weights:
        checkout: { v1: 90, v2: 10 }
`;

function lines(text: string): string[] {
  const parsed = parseDocument(text);
  return 'issues' in parsed ? parsed.issues.map((issue) => formatIssue(issue, 'f.yaml')) : [];
}

describe('a right text', () => {
  it('gives the same document as its plain value, and that value', () => {
    const parsed = parseDocument(right);
    expect(parsed).toEqual({ ...resolveDocument(yaml.parse(right)), value: yaml.parse(right) as unknown });
    expect(parsed).toHaveProperty('document.name', 'checkout');
  });

  it('may be JSON', () => {
    expect(parseDocument(JSON.stringify(canary()))).toHaveProperty('document.kind', 'Canary');
  });

  it('may say a thing once and mean it again by an alias', () => {
    const text = right
      .replace('labels: { version: v1 }', 'labels: &a { version: v1 }')
      .replace('{ version: v2 }', '*a');
    expect(lines(text)).toEqual([expect.stringContaining('subsets v1 and v2 have the same labels')]);
  });
});

describe('every mistake has its place', () => {
  it.each([
    [
      'a field by its name',
      right.replace('v1: 90', 'v1: 80'),
      'f.yaml:17:9: spec.stages[1].weights.checkout: weights add up to 90',
    ],
    ['an unknown field', `${right}  colour: red\n`, 'f.yaml:18:3: spec.colour: unknown field "colour"'],
    [
      'what is missing by what is around it',
      right.replace('  cluster: { provider: lab }\n', ''),
      'f.yaml:4:1: spec.cluster: missing',
    ],
    [
      'an entry of a list',
      right.replace('- name: canary\n      weights:\n        checkout: { v1: 90, v2: 10 }', '- 7'),
      'f.yaml:15:7: spec.stages[1]: 7 is not a stage',
    ],
    [
      'what stands behind an alias',
      right.replace('labels: { version: v1 }', 'labels: &a { version: 1 }').replace('{ version: v2 }', '*a'),
      'f.yaml:9:36: spec.services[0].subsets[0].labels.version: 1 is not text',
    ],
  ])('%s', (_, text, expected) => {
    expect(lines(text)[0]).toContain(expected);
  });

  it('and they come in the order of the text', () => {
    const text = right
      .replace('sluice.dev/v1alpha1', 'v2')
      .replace('v1: 90', 'v1: 80')
      .replace('name: start', 'name: Start');
    expect(lines(text).map((line) => line.split(':')[1])).toEqual(['1', '12', '17']);
  });
});

const bomb = `a: &a [x,x,x,x,x,x,x,x,x,x]
b: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a,*a]
c: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b,*b]
d: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c,*c]
e: [*d,*d,*d,*d,*d,*d,*d,*d,*d,*d]
`;

const unreadable: [string, string, string][] = [
  ['is empty', '', 'f.yaml:1:1: the file is empty, a document is needed'],
  ['has just a comment', '# later\n', 'f.yaml:1:1: the file is empty'],
  ['is null', 'null\n', 'f.yaml:1:1: nothing is given, it must be a document'],
  ['is a list', '- a\n', 'a list is not a document: a mapping with apiVersion'],
  ['is a sentence', 'hello\n', '"hello" is not a document'],
  ['is not closed', 'spec: { a: 1\n', 'f.yaml:2:1: not valid YAML: flow map'],
  ['is indented wrongly', 'a:\n  b: 1\n c: 2\n', 'f.yaml:3:1: not valid YAML: '],
  ['is indented with tabs', 'a:\n\tb: 1\n', 'f.yaml:2:1: not valid YAML: tabs are not allowed'],
  ['says a thing twice', `${right}spec: {}\n`, 'f.yaml:18:1: not valid YAML: map keys must be unique'],
  ['has an unknown tag', 'spec: !Ref x\n', 'f.yaml:1:7: not valid YAML: unresolved tag'],
  ['has an alias for nothing', 'spec: *x\n', 'unresolved alias'],
  [
    'has two documents',
    `${right}---\n${right}`,
    'f.yaml:18:1: a second document starts here: give each a file of its own',
  ],
  ['expands without bounds', bomb, 'f.yaml:1:1: the file cannot be read as YAML: excessive alias count'],
  ['nests without bounds', '['.repeat(20_000), 'not valid YAML: '],
  ['is huge', 'a'.repeat(600_000), 'f.yaml:1:1: the file has 600000 characters, at most 524288 are allowed'],
  ['is binary', '\u0000\u0001\u0002PNG', ' is not a document'],
];

describe('a text that', () => {
  it.each(unreadable)('%s is refused', (_, text, expected) => {
    expect(lines(text).join('\n').toLowerCase()).toContain(expected.toLowerCase());
  });

  it('says __proto__ changes nothing outside', () => {
    lines(right.replace('checkout: { v1: 100 }', '__proto__: { polluted: 100 }'));
    expect({}).not.toHaveProperty('polluted');
  });

  it('is cut anywhere is a document or has issues, and never throws', () => {
    for (let end = 0; end < right.length; end += 3) expect(() => lines(right.slice(0, end))).not.toThrow();
  });
});

const example = (name: string) => readFileSync(new URL(`../../../examples/${name}`, import.meta.url), 'utf8');

/** Templates of a file among the examples. */
function templatesOf(name: string): readonly unknown[] {
  const parsed = parseTemplates(example(name));
  if ('issues' in parsed) throw new Error(parsed.issues.map((issue) => formatIssue(issue, name)).join('\n'));
  return parsed.templates;
}

describe('the examples', () => {
  it.each(['bookinfo-lab.yaml', 'bookinfo-gateway-api.yaml', 'bookinfo-eks.yaml', 'canary.yaml'])(
    '%s is a right document',
    (name) => {
      const text = example(name);
      const files = templateReferences(text).map(({ file }) => templatesOf(file));
      const parsed = parseDocument(text, { templates: files });
      expect('issues' in parsed ? parsed.issues : []).toEqual([]);
    },
  );

  it('every template of gate-templates.yaml makes a gate', () => {
    const args: Record<string, Record<string, unknown>> = {
      'slow-requests': { over: '1s', share: 0.1 },
      'rate-at-least': { metric: 'orders_total', least: 1 },
      'target-errors': { balancer: 'app/a/1', group: 'targetgroup/b/2', most: 0.01 },
      'trace-errors': { most: 3 },
      'smoke-test': { image: 'a', command: ['b'] },
      ask: { url: 'http://a' },
    };
    const gateTemplates = templatesOf('gate-templates.yaml') as { name: string }[];
    const gates = gateTemplates.map(({ name }) => ({ name, template: name, args: args[name] ?? {} }));
    const stages = [{ name: 's', hold: '5m', weights: { checkout: { v1: 100 }, cart: { v1: 100 } } }];
    const given = { ...(canary().spec as object), gateTemplates, gates, stages };
    expect(resolveDocument({ ...canary(), spec: given })).toHaveProperty('document');
  });
});
