import { describe, expect, it } from '@jest/globals';
import { sluice, spec } from '../support/command-line.ts';

const templates = `apiVersion: sluice.dev/v1alpha1
kind: GateTemplates
templates:
  - name: slower
    args: [over]
    gate: { slowRequests: { over: '{{args.over}}' } }
`;

const templated = `${spec}  templatesFrom: [../shared/gates.yaml]
  gates:
    - { name: slow, template: slower, args: { over: 1s } }
`;

/** A command line that finds just these files. */
async function validate(files: Readonly<Record<string, string>>, ...args: string[]) {
  const readFile = (path: string) => {
    const text = files[path];
    return text === undefined ? Promise.reject(new Error('ENOENT: no such file')) : Promise.resolve(text);
  };
  return await sluice(['validate', ...args], {}, { readFile });
}

describe('sluice validate of a spec with gate templates', () => {
  it('reads their files from where the spec is', async () => {
    const files = { 'specs/a.yaml': templated, 'shared/gates.yaml': templates };
    const ran = await validate(files, 'specs/a.yaml', '-o', 'json');
    expect(ran).toMatchObject({ exitCode: 0, settings: [] });
    expect(JSON.parse(ran.stdout[0] ?? '')).toMatchObject({
      valid: true,
      document: { spec: { stages: [{ gates: [{ kind: 'slowRequests', over: 1_000 }] }, {}] } },
    });
  });

  it('reads a file of an absolute path', async () => {
    const absolute = templated.replace('../shared/gates.yaml', '/etc/gates.yaml');
    expect(await validate({ 's/a.yaml': absolute, '/etc/gates.yaml': templates }, 's/a.yaml')).toMatchObject({
      exitCode: 0,
    });
  });

  it('says which file is missing, and where it is named', async () => {
    const ran = await validate({ 'specs/a.yaml': templated }, 'specs/a.yaml');
    expect(ran).toMatchObject({ exitCode: 2, stdout: [] });
    expect(ran.stderr[0]?.split('\n')).toEqual([
      'error: specs/a.yaml has 1 mistake:',
      'specs/a.yaml:12:19: spec.templatesFrom[0]: shared/gates.yaml cannot be read: ENOENT: no such file',
    ]);
  });

  it('names the file and the line of a mistake in a template', async () => {
    const two = templated.replace('[../shared/gates.yaml]', '[one.yaml, two.yaml]');
    const files = {
      'a.yaml': two,
      'one.yaml': templates.replace('over]', 'ovr]'),
      'two.yaml': templates.replace('GateTemplates', 'Templates').replace('slower', 'Slower'),
    };
    const text = await validate(files, 'a.yaml');
    expect(text.exitCode).toBe(2);
    expect(text.stderr[0]?.split('\n')).toEqual([
      'error: one.yaml has 1 mistake:',
      expect.stringMatching(
        /^one\.yaml:6:29: templates\[0\]\.gate\.slowRequests\.over: \{\{args\.over\}\} is no/,
      ),
      'two.yaml has 2 mistakes:',
      'two.yaml:2:1: kind: "Templates" is not GateTemplates',
      expect.stringMatching(/^two\.yaml:4:5: templates\[0\]\.name: "Slower" is not a name/),
    ]);
    const json = await validate(files, 'a.yaml', '-o', 'json');
    expect(JSON.parse(json.stdout[0] ?? '')).toMatchObject({
      error: {
        issues: [
          { file: 'one.yaml', line: 6 },
          { file: 'two.yaml', line: 2 },
          { file: 'two.yaml', line: 4 },
        ],
      },
    });
  });

  it('says in the spec what a wrong argument makes of a template', async () => {
    const files = { 'a.yaml': templated.replace('over: 1s', 'over: 2s'), '../shared/gates.yaml': templates };
    const ran = await validate(files, 'a.yaml');
    expect(ran.stderr[0]?.split('\n')).toEqual([
      'error: a.yaml has 1 mistake:',
      expect.stringMatching(
        /^a\.yaml:14:7: spec\.gates\[0\]\.slowRequests\.over: 2s is no .*"slower", argument over\)$/,
      ),
    ]);
  });
});

it('sluice start sends the templates of the files, and no path', async () => {
  const sent: unknown[] = [];
  const files: Record<string, string> = { 's/a.yaml': templated, 'shared/gates.yaml': templates };
  await sluice(
    ['start', 's/a.yaml', '--no-wait'],
    {
      start: ({ workflowId, argument }) => {
        sent.push(argument);
        return Promise.resolve({ workflowId, runId: 'r' });
      },
    },
    { readFile: (path) => Promise.resolve(files[path] ?? '') },
  );
  expect(sent).toEqual([
    {
      document: expect.objectContaining({
        spec: expect.not.objectContaining({ templatesFrom: expect.anything() as unknown }) as unknown,
      }) as unknown,
    },
  ]);
  expect(sent).toMatchObject([{ document: { spec: { gateTemplates: [{ name: 'slower' }] } } }]);
});
