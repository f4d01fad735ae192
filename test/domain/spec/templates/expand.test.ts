import { describe, expect, it } from '@jest/globals';
import * as yaml from 'yaml';
import { formatIssue, parseDocument } from '../../../../domain/spec/parse.ts';
import { canary, withValue } from '../documents.ts';
import { problems, resolved } from '../problems.ts';
import { badAnswers } from '../../../support/bad-answers.ts';

const templates = [
  { name: 'strict', gate: { errors: { allowed: 0.001 }, minRequests: 50 } },
  {
    name: 'slower',
    args: ['over', 'share'],
    gate: { slowRequests: { over: '{{args.over}}', allowed: '{{ args.share }}' } },
  },
  {
    name: 'orders',
    args: ['metric', 'most', 'where'],
    gate: {
      promql: { query: 'sum(rate({{args.metric}}{host="{{host}}"}[{{window}}]))', max: '{{args.most}}' },
      hosts: '{{args.where}}',
      window: '30s',
    },
  },
  {
    name: 'smoke',
    args: ['words'],
    gate: { job: { image: 'a', command: ['run', '{{args.words}}'], timeout: '1m' } },
  },
];

/** A canary with templates, and with one gate. */
function withGate(gate: unknown, gateTemplates: unknown = templates) {
  return withValue(withValue(canary(), ['spec', 'gateTemplates'], gateTemplates), ['spec', 'gates'], [gate]);
}

const gateOf = (gate: unknown) => resolved(withGate(gate)).spec.stages[1]?.gates[0];

describe('a gate of a template', () => {
  it('is what the template says, under its own name', () => {
    expect(gateOf({ name: 'g', template: 'strict' })).toMatchObject({
      name: 'g',
      kind: 'errors',
      ...badAnswers,
      allowed: 0.001,
      minRequests: 50,
    });
  });

  it('is the same as if it were written out', () => {
    const written = { name: 'g', slowRequests: { over: '250ms', allowed: 0.05 } };
    const templated = { name: 'g', template: 'slower', args: { over: '250ms', share: 0.05 } };
    expect(resolved(withGate(templated))).toEqual(resolved(withGate(written)));
  });

  it('has arguments in its texts, and whole values of any type', () => {
    const args = { metric: 'orders_total', most: 3, where: ['cart'] };
    expect(gateOf({ name: 'g', template: 'orders', args })).toMatchObject({
      query: 'sum(rate(orders_total{host="{{host}}"}[{{window}}]))',
      max: 3,
      hosts: ['cart'],
      window: 30_000,
    });
    expect(gateOf({ name: 'g', template: 'smoke', args: { words: 'all' } })).toMatchObject({
      command: ['run', 'all'],
    });
  });

  it('says itself what it wants otherwise', () => {
    const own = { name: 'g', template: 'strict', errors: { allowed: 0.5 }, dryRun: true };
    expect(gateOf(own)).toMatchObject({ allowed: 0.5, alpha: 0.01, minRequests: 50, dryRun: true });
  });

  it('may be one of a stage, and of several', () => {
    const use = (name: string, over: string) => ({ name, template: 'slower', args: { over, share: 0.1 } });
    const document = withValue(
      withGate(use('a', '1s')),
      ['spec', 'stages', 1, 'gates'],
      [use('a', '5s'), use('b', '50ms')],
    );
    const overs = resolved(document).spec.stages.map(({ gates }) =>
      gates.map((gate) => 'over' in gate && gate.over),
    );
    expect(overs).toEqual([[1_000], [5_000, 50], [1_000]]);
  });

  it('leaves the template as it was', () => {
    const document = withGate({ name: 'g', template: 'slower', args: { over: '1s', share: 0.1 } });
    const before = structuredClone(document);
    resolved(document);
    expect(document).toEqual(before);
  });

  it('takes arguments that look like places as they are, and says that nothing fills them in', () => {
    expect(problems(withGate({ name: 'g', template: 'smoke', args: { words: '{{args.words}}' } }))).toEqual([
      'f: spec.gates[0].args.words: {{args.words}} stands outside a gate template, where nothing fills it in',
    ]);
  });
});

describe('a wrong use of a template', () => {
  it.each([
    [
      'of an unknown one',
      { template: 'slowr', args: {} },
      'spec.gates[0].template: gate template "slowr" is not defined; did you mean "slower"?; there are strict, slower, orders, smoke in gateTemplates and templatesFrom',
    ],
    ['of a number', { template: 7 }, 'spec.gates[0].template: 7 is not the name of a gate template'],
    [
      'without an argument',
      { template: 'slower', args: { over: '1s' } },
      'spec.gates[0].args: gate template "slower" needs the argument "share"',
    ],
    [
      'without any',
      { template: 'smoke' },
      'spec.gates[0].args: gate template "smoke" needs the argument "words"',
    ],
    [
      'with an unknown argument',
      { template: 'slower', args: { over: '1s', share: 0.1, shares: 1 } },
      'spec.gates[0].args.shares: gate template "slower" has no argument "shares"; did you mean "share"?; it takes over, share',
    ],
    [
      'with an argument for one that takes none',
      { template: 'strict', args: { a: 1 } },
      'spec.gates[0].args.a: gate template "strict" has no argument "a"; it takes none',
    ],
    [
      'with a list of arguments',
      { template: 'smoke', args: ['all'] },
      'spec.gates[0].args: a list is not a mapping of',
    ],
    [
      'with a list for a text',
      { template: 'orders', args: { metric: ['a'], most: 1, where: ['cart'] } },
      'spec.gates[0].args.metric: a list is not text, a number, true or false: gate template "orders" puts it into a text',
    ],
    [
      'with a second kind',
      { template: 'strict', job: { image: 'a' } },
      'spec.gates[0]: errors and job are given, a gate has exactly one of errors, slowRequests, successRate, latency, promql, cloudWatch, datadog, restarts, http, job, or a template (gate template "strict")',
    ],
    [
      'without name',
      { name: undefined, template: 'strict' },
      'spec.gates[0].name: missing, it must be a name in text',
    ],
    ['with arguments alone', { args: { a: 1 } }, 'spec.gates[0].args: unknown field "args"'],
    [
      'in a gate that is written out',
      { http: { url: 'http://a/{{args.path}}' } },
      'spec.gates[0].http.url: {{args.path}} stands outside a gate template',
    ],
  ])('%s is refused', (_, gate, expected) => {
    expect(problems(withGate({ name: 'g', ...gate }))[0]).toContain(`f: ${expected}`);
  });

  it('is one mistake: what the gate would be is not told as well', () => {
    expect(
      problems(withGate({ name: 'g', template: 'slower', args: { over: '3s' }, hosts: ['nobody'] })),
    ).toHaveLength(1);
  });

  it('where there are no templates says so', () => {
    expect(problems(withGate({ name: 'g', template: 'a' }, []))).toEqual([
      expect.stringContaining('gate template "a" is not defined; there are none in gateTemplates'),
    ]);
  });
});

describe('a mistake that comes of a template names it', () => {
  it.each([
    [
      'and the argument',
      { template: 'slower', args: { over: '300ms', share: 0.1 } },
      'spec.gates[0].slowRequests.over: 300ms is no bound of the proxies\' latency histogram; the nearest are 250ms and 500ms (gate template "slower", argument over)',
    ],
    [
      'and the type that the argument should have',
      { template: 'slower', args: { over: '1s', share: 'some' } },
      'spec.gates[0].slowRequests.allowed: "some" is not a share over 0 and under 1 (gate template "slower", argument share)',
    ],
    [
      'and the argument within a query',
      { template: 'orders', args: { metric: 'a b', most: 1, where: ['cart'] } },
      'args.metric: "a b" stands outside of quotes in the query, where the name of a metric or label, a number or a duration may stand: write everything else into the query of the template',
    ],
    [
      'and the argument that is a list',
      { template: 'orders', args: { metric: 'a', most: 1, where: ['nobody'] } },
      'spec.gates[0].hosts[0]: host "nobody" is not one of the services; spec.services has checkout, cart (gate template "orders", argument where)',
    ],
    [
      'in the stage that it does not fit',
      { template: 'smoke', args: { words: 'a' }, dryRun: 1 },
      'spec.gates[0].dryRun: 1 is not true or false',
    ],
  ])('%s', (_, gate, expected) => {
    const found = problems(withGate({ name: 'g', ...gate }));
    expect(found).toHaveLength(1);
    expect(found[0]?.slice(-expected.length)).toBe(expected);
  });

  it('and stands where the template is used, or where the gate says it itself', () => {
    const document = withGate({
      name: 'g',
      template: 'slower',
      args: { over: '1s', share: 0.1 },
      minRequests: 0,
    });
    const two = withValue(
      document,
      ['spec', 'stages', 1, 'gates'],
      [{ name: 'g', template: 'smoke', args: { words: 1 } }],
    );
    const text = yaml.stringify(two);
    const lines = text.split('\n');
    const parsed = parseDocument(text);
    const found = 'issues' in parsed ? parsed.issues.map((issue) => formatIssue(issue, 'f')) : [];
    const minRequests = lines.findIndex((line) => line.includes('minRequests: 0')) + 1;
    const use = lines.findIndex((line, at) => line.includes('- name: g') && at >= minRequests) + 1;
    expect(found).toEqual([
      `f:${minRequests}:7: spec.gates[0].minRequests: 0 is not a whole number from 1 to 1000000`,
      `f:${use}:11: spec.stages[1].gates[0].job.command[1]: 1 is not text: put it in quotes (gate template "smoke", argument words)`,
    ]);
  });
});

describe('a template that is wrong', () => {
  const strict = { name: 'strict', gate: { errors: {} } };

  it.each([
    [
      'without gate',
      [{ name: 'a' }],
      ['spec.gateTemplates[0].gate: missing, it must be a gate without name'],
    ],
    ['with a wrong name', [{ ...strict, name: 'A' }], ['spec.gateTemplates[0].name: "A" is not a name']],
    ['twice', [strict, strict], ['spec.gateTemplates[1].name: gate template "strict" is there twice']],
    ['with an argument twice', [{ ...strict, args: ['a', 'a'] }], ['args[1]: argument "a" is there twice']],
    [
      'with a wrong argument',
      [{ ...strict, args: ['1a'] }],
      ['args[0]: "1a" is not the name of an argument'],
    ],
    [
      'with a place for what it does not declare',
      [{ name: 'a', args: ['over'], gate: { slowRequests: { over: '{{args.ovre}}' } } }],
      [
        'spec.gateTemplates[0].gate.slowRequests.over: {{args.ovre}} is no argument of this template; it declares over in args',
      ],
    ],
    [
      'with a place and no arguments',
      [{ name: 'a', gate: { hosts: ['x-{{args.host}}'], errors: {} } }],
      ['gate.hosts[0]: {{args.host}} is no argument of this template; it declares none in args'],
    ],
    [
      'with an unknown field',
      [{ name: 'a', gate: { erors: {} } }],
      ['spec.gateTemplates[0].gate.erors: unknown field "erors"; did you mean "errors"?'],
    ],
    [
      'with the name of a gate',
      [{ name: 'a', gate: { name: 'b' } }],
      ['gate.name: a template has the name, each gate'],
    ],
    [
      'of another template',
      [{ name: 'a', gate: { template: 'a' } }],
      ['gate.template: a template cannot be made from another one: write the gate out'],
    ],
    ['that is no list', {}, ['spec.gateTemplates: {} is not a list of 0 to 100 gate templates']],
  ])('%s is refused', (_, given, expected) => {
    const found = problems(withGate({ name: 'g', errors: {} }, given));
    expect(found).toEqual(expected.map((part) => expect.stringContaining(part) as unknown));
  });

  it('is told once, however often it is used', () => {
    const broken = [{ name: 'a', gate: { erors: {} } }];
    expect(problems(withGate({ name: 'g', template: 'a' }, broken))).toHaveLength(1);
    expect(problems(withGate({ name: 'g', template: 'a' }, [{ name: 'a' }]))).toHaveLength(1);
  });

  it('and nests without end is refused', () => {
    const gate: Record<string, unknown> = {};
    gate.errors = gate;
    const found = problems(withGate({ name: 'g', template: 'a' }, [{ name: 'a', gate }]));
    const shown = `spec.gateTemplates[0].gate${'.errors'.repeat(6)}`;
    expect(found).toEqual([`f: ${shown}: nests deeper than 100 levels, which is the most that are allowed`]);
  });
});
