/** Texts that stop what matches them in more than linear time: the long ones of each pattern that reads a document. */
import { beforeAll, describe, expect, it } from '@jest/globals';
import { ESLint } from 'eslint';
import { linearTime } from '../../../eslint.config.js';
import { resolveDocument } from '../../../domain/spec/resolve.ts';
import { inTime } from '../../support/in-time.ts';

const long = 200_000;
const spaces = ' '.repeat(long);

const gate = (promql: string) => ({
  apiVersion: 'sluice.dev/v1alpha1',
  kind: 'Canary',
  metadata: { name: 'x' },
  spec: {
    cluster: { provider: 'lab' },
    services: [{ host: 'x', subsets: [{ name: 'a', labels: { v: 'a' } }] }],
    gates: [{ name: 'x', promql: { query: promql, max: 1 } }],
    stages: [{ name: 'x', weights: { x: { a: 100 } } }],
  },
});

const entries = <T>(count: number, make: (index: number) => T) =>
  Array.from({ length: count }, (_, index) => make(index));
const mapping = (count: number) => Object.fromEntries(entries(count, (index) => [`key-${index}`, index]));
const deep = (levels: number) => {
  let value: unknown = 1;
  for (let level = 0; level < levels; level += 1) value = { a: value };
  return value;
};

/** A document with one part replaced. */
const withSpec = (change: object) => {
  const document = gate('up');
  return { ...document, spec: { ...document.spec, ...change } };
};

const template = (index: number) => ({ name: `template-${index}`, args: ['a'], gate: { errors: {} } });
const use = (index: number) => ({ name: `g${index}`, template: `templatf-${index}`, args: mapping(20) });

const values: Readonly<Record<string, unknown>> = {
  'a placeholder of spaces': gate(`{{${spaces}`),
  'a placeholder of 6,400 spaces': gate(`{{${' '.repeat(6_400)}`),
  'a placeholder of many words': gate(`{{ ${'a '.repeat(4_900)}`),
  'a query of open brackets': gate('('.repeat(9_999)),
  'a query of operators': gate(`up${' + up'.repeat(1_900)}`),
  'places of spaces in a template': withSpec({
    gateTemplates: [{ name: 't', args: ['a'], gate: { promql: { query: `{{args.${spaces}` } } }],
  }),
  'places in a gate': withSpec({ gates: [{ name: 'x', errors: { source: `{{ args.a${spaces}x` } }] }),
  'an address of slashes': withSpec({
    metrics: { prometheus: { address: `http://x/${'/'.repeat(long)}x` } },
  }),
  'a url of slashes': withSpec({ notifications: [{ url: `http://x${'/'.repeat(long)}` }] }),
  'a duration of digits': withSpec({ progressDeadline: '1'.repeat(long) }),
  'a duration of parts': withSpec({ progressDeadline: '1s'.repeat(long) }),
  'a name of dashes': withSpec({ namespace: `a${'-'.repeat(long)}` }),
  'a label of dots': withSpec({
    services: [{ host: 'x', subsets: [{ name: 'a', labels: { [`${'a.'.repeat(long)}/`]: 'a' } }] }],
  }),
  'an image of slashes': withSpec({ gates: [{ name: 'x', job: { image: '/'.repeat(long) } }] }),
  '30,000 templates, 2,000 unknown uses': withSpec({
    gateTemplates: entries(30_000, template),
    gates: entries(2_000, use),
  }),
  '900 templates, 900 unknown uses': withSpec({
    gateTemplates: entries(900, template),
    gates: entries(900, use),
  }),
  '900 stages of unknown hosts': withSpec({
    stages: entries(900, (index) => ({
      name: `s${index}`,
      weights: { [`host-${index}`]: { [`subset-${index}`]: 100 } },
    })),
  }),
  '900 stages with copies and testers': withSpec({
    stages: entries(900, (index) => ({
      name: `s${index}`,
      weights: { reviews: { v1: 100, v3: 0 } },
      match: { reviews: { v3: [{ headers: { [`x-${index}`]: { exact: 'yes' } } }] } },
      mirror: { reviews: { v3: 20 } },
    })),
  }),
  '1,000 stages of the same name': withSpec({
    stages: entries(1_000, () => ({ name: 'x', weights: { x: { a: 100 } } })),
  }),
  'a mapping of 100,000 fields': withSpec(mapping(100_000)),
  '100,000 objects': withSpec({ application: { objects: entries(100_000, () => ({ kind: 'x' })) } }),
  'a list of 1,000,000 entries': entries(1_000_000, () => 0),
};

/** No other thread can be given these. */
const deepValues: Readonly<Record<string, unknown>> = {
  'a document of 100,000 levels': deep(100_000),
  'a template of 100,000 levels': withSpec({ gateTemplates: [{ name: 't', gate: deep(100_000) }] }),
  'an object of 100,000 levels': withSpec({ application: { objects: [deep(100_000)] } }),
  'values of a chart of 100,000 levels': withSpec({
    application: { chart: { path: 'x', values: deep(100_000) } },
  }),
  'an operator of 100,000 levels': withSpec({ mesh: { operator: deep(100_000) } }),
};

describe('a value with', () => {
  let answers: Awaited<ReturnType<typeof inTime>>;
  beforeAll(async () => {
    const call = { module: 'domain/spec/resolve.ts', call: 'resolveDocument' };
    answers = await inTime(Object.entries(values).map(([name, value]) => ({ name, ...call, args: [value] })));
  }, 130_000);

  it.each(Object.keys(deepValues))('%s is bad input, not a stack that overflows', (name) => {
    expect(resolveDocument(deepValues[name])).toEqual({
      issues: [
        expect.objectContaining({
          message: 'nests deeper than 100 levels, which is the most that are allowed',
        }),
      ],
    });
  });

  it.each(Object.keys(values))('%s is judged in linear time, and its mistakes are bounded', (name) => {
    const { value = '', error } = answers.get(name) ?? { error: 'it has not ended' };
    expect(error).toBeUndefined();
    expect(value).toMatch(/^\{"(document|issues)":/);
    expect(value.length).toBeLessThan(150_000);
  });
});

const texts: Readonly<Record<string, string>> = {
  'brackets without end': '['.repeat(long),
  'braces without end': '{'.repeat(long),
  'dashes without end': '- '.repeat(long),
  'a flow of mappings': `x: ${'{a: '.repeat(3_000)}1${'}'.repeat(3_000)}`,
  'spaces after a key': `x:${spaces}`,
  'keys without end': entries(60_000, (index) => `k${index}:`).join('\n'),
  'anchors without end': entries(40_000, (index) => `- &a${index} x`).join('\n'),
  'aliases without end': `- &a [x]\n${'- *a\n'.repeat(60_000)}`,
  'quotes without end': `x: ${"''".repeat(100_000)}`,
  'escapes without end': `x: "${'\\n'.repeat(100_000)}"`,
  'tags without end': '!!str '.repeat(60_000),
  'comments without end': '#\n'.repeat(200_000),
};

const readers = [
  ['domain/spec/parse.ts', 'parseDocument'],
  ['domain/spec/templates/parse-templates.ts', 'parseTemplates'],
  ['domain/spec/objects/parse-objects.ts', 'parseObjects'],
  ['access/kubeconfig-text.ts', 'parseKubeconfig'],
] as const;

describe('a text of', () => {
  let answers: Awaited<ReturnType<typeof inTime>>;
  beforeAll(async () => {
    const calls = Object.entries(texts).flatMap(([name, text]) =>
      readers.map(([module, call]) => ({ name: `${name}, ${call}`, module, call, args: [text] })),
    );
    answers = await inTime(calls);
  }, 130_000);

  it.each(Object.keys(texts))('%s is read in linear time', (name) => {
    for (const [, call] of readers) expect(answers.get(`${name}, ${call}`)).toBeDefined();
  });

  it.each(Object.keys(texts))('%s is a mistake of bounded length, never thrown', (name) => {
    for (const [, call] of readers.slice(0, 3)) {
      const answer = answers.get(`${name}, ${call}`);
      expect(answer).not.toHaveProperty('error');
      expect(answer?.value?.length).toBeLessThan(100_000);
    }
  });
});

describe('the linter', () => {
  const eslint = new ESLint({
    overrideConfigFile: true,
    overrideConfig: [{ ...linearTime, files: ['**/*.js'] }],
  });
  const found = async (code: string) =>
    (await eslint.lintText(code, { filePath: 'domain/x.js' }))[0]?.messages.length;

  it.each([
    String.raw`/\{\{\s*([^{}]*?)\s*\}\}/g`,
    String.raw`/\/+$/`,
    String.raw`/^(a+)+$/`,
    String.raw`/^\d*\.?\d+$/`,
  ])('finds %s', async (pattern) => {
    expect(await found(`text.match(${pattern})`)).toBeGreaterThan(0);
  });

  it.each([String.raw`/\{\{([^{}]*)\}\}/g`, String.raw`/^[a-z]+$/`])('takes %s', async (pattern) => {
    expect(await found(`text.match(${pattern})`)).toBe(0);
  });
});
