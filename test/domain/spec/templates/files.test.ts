import { describe, expect, it } from '@jest/globals';
import * as yaml from 'yaml';
import { formatIssue, parseDocument } from '../../../../domain/spec/parse.ts';
import { resolveDocument } from '../../../../domain/spec/resolve.ts';
import type { TemplateFiles } from '../../../../domain/spec/templates/files.ts';
import { parseTemplates, templateReferences } from '../../../../domain/spec/templates/parse-templates.ts';
import { canary, withValue } from '../documents.ts';
import { problems } from '../problems.ts';

const strict = { name: 'strict', gate: { errors: { allowed: 0.001 } } };
const slower = { name: 'slower', args: ['over'], gate: { slowRequests: { over: '{{args.over}}' } } };

/** The text of a canary that names two files of templates and uses a template of each. */
function text(own?: unknown, files: unknown = ['a.yaml', '../b.yaml']) {
  const gates = [
    { name: 'one', template: 'strict' },
    { name: 'two', template: 'slower', args: { over: '1s' } },
  ];
  const document = withValue(withValue(canary(), ['spec', 'templatesFrom'], files), ['spec', 'gates'], gates);
  return yaml.stringify(withValue(document, ['spec', 'gateTemplates'], own));
}

function lines(source: string, files: TemplateFiles): string[] {
  const parsed = parseDocument(source, { templates: files });
  return 'issues' in parsed ? parsed.issues.map((issue) => formatIssue(issue, 'f')) : [];
}

const lineOf = (source: string, part: string) =>
  source.split('\n').findIndex((line) => line.includes(part)) + 1;

describe('a document with the templates of its files', () => {
  it('has them as its own, and names the files no more', () => {
    const parsed = parseDocument(text(), { templates: [[strict], [slower]] });
    expect(parsed).toMatchObject({
      document: { spec: { stages: [{ gates: [{ allowed: 0.001 }, { over: 1_000 }] }, {}, {}] } },
      value: { spec: { gateTemplates: [strict, slower] } },
    });
    expect(parsed).not.toHaveProperty('value.spec.templatesFrom');
  });

  it('is understood by a worker as it is sent', () => {
    const parsed = parseDocument(text(), { templates: [[strict], [slower]] });
    const { value, ...answer } = parsed;
    expect(resolveDocument(JSON.parse(JSON.stringify(value)))).toEqual(answer);
  });

  it('may have some of its own', () => {
    expect(parseDocument(text([slower]), { templates: [[], [strict]] })).toMatchObject({
      value: { spec: { gateTemplates: [slower, strict] } },
    });
  });

  it('points at the file that brings a name again', () => {
    const source = text([slower]);
    expect(lines(source, [[strict], [slower]])).toEqual([
      `f:${lineOf(source, '../b.yaml')}:7: spec.templatesFrom[1]: gate template "slower" is there twice: each needs a name of its own`,
    ]);
  });

  it('points at the use of a template of a file', () => {
    const source = text().replace('over: 1s', 'over: 2s');
    expect(lines(source, [[strict], [slower]])).toEqual([
      expect.stringMatching(
        new RegExp(`^f:${lineOf(source, '- name: two')}:7: .*slowRequests.over.*"slower", argument over`),
      ),
    ]);
  });

  it('whose files nobody has read is refused', () => {
    const value: unknown = withValue(canary(), ['spec', 'templatesFrom'], ['a.yaml']);
    expect(problems(value)).toEqual([
      'f: spec.templatesFrom: `sluice start` reads the files and puts their templates into gateTemplates: a workflow that is started in another way must be given them there',
    ]);
  });

  it.each([
    [['a', 7], 'spec.templatesFrom[1]: 7 is not the path of a file'],
    ['a', 'spec.templatesFrom: "a" is not a list of 0 to 100 files of gate templates'],
    [[''], 'spec.templatesFrom[0]: "" is not the path of a file'],
  ])('that names %p is refused just for that', (given, expected) => {
    expect(templateReferences(text(undefined, given))).toEqual([]);
    expect(problems(withValue(canary(), ['spec', 'templatesFrom'], given))).toEqual([
      expect.stringContaining(expected),
    ]);
  });
});

describe('references to files', () => {
  it('are in the order of the document, each with its place', () => {
    const source = text();
    const references = templateReferences(source);
    expect(references.map(({ file }) => file)).toEqual(['a.yaml', '../b.yaml']);
    expect(references[1]?.issue('is not there')).toEqual({
      path: 'spec.templatesFrom[1]',
      message: 'is not there',
      line: lineOf(source, '../b.yaml'),
      column: 7,
    });
  });

  it.each(['', 'a: [', 'spec: 1', '[]', yaml.stringify(canary())])('are none in %p', (source) => {
    expect(templateReferences(source)).toEqual([]);
  });
});

const file = `apiVersion: sluice.dev/v1alpha1
kind: GateTemplates
templates:
  - name: strict
    gate:
      errors: { allowed: 0.001 }
`;

function issuesOf(source: string): string[] {
  const parsed = parseTemplates(source);
  return 'issues' in parsed ? parsed.issues.map((issue) => formatIssue(issue, 'f')) : [];
}

describe('a file of templates', () => {
  it('gives them as they are written', () => {
    expect(parseTemplates(file)).toEqual({ templates: [strict] });
  });

  it.each([
    [
      'of another kind',
      file.replace('GateTemplates', 'Canary'),
      'f:2:1: kind: "Canary" is not GateTemplates',
    ],
    ['of another version', file.replace('v1alpha1', 'v1'), 'f:1:1: apiVersion: "sluice.dev/v1" is not'],
    [
      'without templates',
      file.split('templates:')[0] ?? '',
      'f:1:1: templates: missing, it must be a list of 0 to 100',
    ],
    [
      'with an unknown field',
      `${file}spec: {}\n`,
      'f:7:1: spec: unknown field "spec"; known here: apiVersion, kind, templates',
    ],
    [
      'with a name twice',
      `${file}${file.slice(file.indexOf('  - name'))}`,
      'f:7:5: templates[1].name: gate template "strict" is there twice',
    ],
    [
      'with a wrong gate',
      file.replace('errors', 'erors'),
      'f:6:7: templates[0].gate.erors: unknown field "erors"',
    ],
    [
      'with a stray place',
      file.replace('0.001', "'{{args.a}}'"),
      'f:6:17: templates[0].gate.errors.allowed: {{args.a}} is no argument',
    ],
    ['that is no YAML', 'a: [', 'f:1:5: not valid YAML'],
    ['that is empty', '', 'f:1:1: the file is empty'],
    ['that is a list', '- a', 'f:1:1: a list is not a file of gate templates: a mapping with apiVersion'],
  ])('%s is refused', (_, source, expected) => {
    expect(issuesOf(source)).toEqual([expect.stringContaining(expected)]);
  });
});
