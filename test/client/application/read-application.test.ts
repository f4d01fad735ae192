import { describe, expect, it } from '@jest/globals';
import type { ToolResult, ToolRun } from '../../../client/run-tool.ts';
import { sluice } from '../support/command-line.ts';

const object = (name: string, more = '') =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: ${name} }\n${more}---\n`;

function spec(application: string, more = ''): string {
  return `apiVersion: sluice.dev/v1alpha1
kind: Rollout
metadata: { name: books }
spec:
  cluster: { provider: lab }
  namespace: shop
  application: ${application}
  services: [{ host: reviews, subsets: [{ name: v1, labels: { version: v1 } }] }]
  stages: [{ name: all, weights: { reviews: { v1: 100 } } }]
${more}`;
}

type Tools = Readonly<Record<string, Partial<ToolResult>>>;

/** A command line that finds just these files and tools. */
async function validate(files: Readonly<Record<string, string>>, tools: Tools = {}) {
  const runs: ToolRun[] = [];
  const readFile = (path: string) => {
    const text = files[path];
    return text === undefined ? Promise.reject(new Error('ENOENT: no such file')) : Promise.resolve(text);
  };
  const runTool = (run: ToolRun): Promise<ToolResult> => {
    runs.push(run);
    const known = tools[run.command];
    return Promise.resolve({ exitCode: 0, stdout: '', stderr: '', missing: known === undefined, ...known });
  };
  const ran = await sluice(['validate', 'specs/a.yaml', '-o', 'json'], {}, { readFile, runTool });
  const said = JSON.parse(ran.stdout[0] ?? '{}') as {
    document?: { spec: { application: { objects: { metadata: { name: string } }[] } } };
    error?: { message: string };
  };
  const names = said.document?.spec.application.objects.map(({ metadata }) => metadata.name);
  return { exitCode: ran.exitCode, names, lines: said.error?.message.split('\n') ?? [], runs };
}

describe('manifests of a spec', () => {
  it('are read from where the spec is, in their order', async () => {
    const files = {
      'specs/a.yaml': spec('{ manifests: [../b.yaml, c.yaml] }'),
      'b.yaml': object('b') + object('bb'),
      'specs/c.yaml': object('c'),
    };
    await expect(validate(files)).resolves.toMatchObject({ exitCode: 0, names: ['b', 'bb', 'c'] });
  });

  it('have their mistakes told with those of the spec, each in its file', async () => {
    const files = {
      'specs/a.yaml': spec('{ manifests: [b.yaml, c.yaml] }', '  drift: never\n'),
      'specs/b.yaml': object('b') + object('[x]'),
    };
    const { exitCode, lines } = await validate(files);
    expect(exitCode).toBe(2);
    expect(lines).toEqual([
      'specs/a.yaml has 2 mistakes:',
      'specs/a.yaml:10:3: spec.drift: "never" is not one of reassert, pause',
      'specs/a.yaml:7:38: spec.application.manifests[1]: specs/c.yaml cannot be read: ENOENT: no such file',
      'specs/b.yaml has 1 mistake:',
      'specs/b.yaml:7:13: metadata.name: a list is not the name of an object (generateName would be another one at each attempt)',
    ]);
  });

  it('that name an object twice are told so at the field that names them', async () => {
    const files = {
      'specs/a.yaml': spec('{ manifests: [b.yaml] }'),
      'specs/b.yaml': object('b') + object('b'),
    };
    const { lines } = await validate(files);
    expect(lines[1]).toMatch(/^specs\/a.yaml:7:18: spec.application.manifests: ConfigMap b is there twice/);
  });
});

describe('a kustomization of a spec', () => {
  const files = { 'specs/a.yaml': spec('{ kustomization: overlays/lab }') };
  const directory = expect.stringMatching(/^\/.*\/specs\/overlays\/lab$/) as unknown;

  it('is built by kustomize', async () => {
    const { names, runs } = await validate(files, { kustomize: { stdout: object('built') }, kubectl: {} });
    expect(names).toEqual(['built']);
    expect(runs).toEqual([{ command: 'kustomize', args: ['build', directory] }]);
  });

  it('is built by kubectl where there is no kustomize', async () => {
    const { names, runs } = await validate(files, { kubectl: { stdout: object('built') } });
    expect(names).toEqual(['built']);
    expect(runs.at(-1)).toEqual({ command: 'kubectl', args: ['kustomize', directory] });
  });

  it('needs one of them', async () => {
    const { exitCode, lines } = await validate(files);
    expect(exitCode).toBe(2);
    expect(lines[1]).toMatch(
      /^specs\/a.yaml:7:18: spec.application.kustomization: neither kustomize nor kubectl is on the PATH: install/,
    );
  });

  it('that cannot be built is told with what was said', async () => {
    const stderr = 'Error: no such base\n';
    const { lines } = await validate(files, { kustomize: { exitCode: 1, stderr } });
    expect(lines[1]).toContain('kustomize build failed: Error: no such base');
  });
});

describe('a chart of a spec', () => {
  it('is rendered by helm, with values of files before those of the spec', async () => {
    const chart =
      '{ chart: { ref: oci://r.example/shop, version: 1.2.3, valuesFiles: [v.yaml], values: { a: 1 } } }';
    const { names, runs } = await validate(
      { 'specs/a.yaml': spec(chart), 'specs/v.yaml': 'a: 0' },
      { helm: { stdout: object('made') } },
    );
    expect(names).toEqual(['made']);
    const values = ['--values', expect.stringMatching(/\/specs\/v.yaml$/), '--values', '-'];
    const rest = ['--version', '1.2.3', '--namespace', 'shop', '--include-crds', ...values];
    expect(runs).toEqual([
      { command: 'helm', args: ['template', 'books', 'oci://r.example/shop', ...rest], input: '{"a":1}' },
    ]);
  });

  it('may come from a repository, under a name of its release', async () => {
    const chart =
      '{ chart: { repo: https://charts.example/, name: shop, version: 1.2.3, releaseName: spring } }';
    const { runs } = await validate({ 'specs/a.yaml': spec(chart) }, { helm: { stdout: object('made') } });
    expect(runs[0]?.args.slice(0, 5)).toEqual([
      'template',
      'spring',
      'shop',
      '--repo',
      'https://charts.example',
    ]);
  });

  it('has what its install hooks make in their order, and nothing of other hooks', async () => {
    const hook = (name: string, events: string) =>
      object(name).replace(
        `{ name: ${name} }`,
        `{ name: ${name}, annotations: { helm.sh/hook: '${events}' } }`,
      );
    const stdout =
      hook('after', 'post-install,post-upgrade') +
      object('plain') +
      hook('tested', 'test') +
      hook('gone', 'pre-delete') +
      hook('before', 'pre-install');
    const { names } = await validate(
      { 'specs/a.yaml': spec('{ chart: { path: c } }') },
      { helm: { stdout } },
    );
    expect(names).toEqual(['before', 'plain', 'after']);
  });

  it.each([
    ['metadata: { name: books }', 'metadata: { name: --post-renderer=/tmp/program }'],
    ['namespace: shop', 'namespace: --kube-token=x'],
  ])('is not rendered where %s is an option: %s', async (right, option) => {
    const text = spec('{ chart: { path: c } }').replace(right, option);
    const { exitCode, runs, lines } = await validate({ 'specs/a.yaml': text }, { helm: {} });
    expect({ exitCode, runs }).toEqual({ exitCode: 2, runs: [] });
    expect(lines.join()).toContain(
      'spec.application.chart: is not rendered: metadata.name and spec.namespace',
    );
  });

  it.each([
    'repo: --plugins, name: shop, version: 1.2.3',
    'repo: https://charts.example, name: --debug, version: 1.2.3',
    'ref: --debug, version: 1.2.3',
    'path: c, releaseName: --debug',
    'ref: oci://r.example/shop, version: --debug',
  ])('has no option among its own fields: %s', async (fields) => {
    const { exitCode, runs } = await validate(
      { 'specs/a.yaml': spec(`{ chart: { ${fields} } }`) },
      { helm: {} },
    );
    expect({ exitCode, runs }).toEqual({ exitCode: 2, runs: [] });
  });

  it('of a path that looks like an option is still a path', async () => {
    const chart =
      '{ chart: { path: --post-renderer=x, valuesFiles: ["-", "a,https://evil.example/v.yaml"] } }';
    const files = { 'specs/a.yaml': spec(chart), 'specs/-': '', 'specs/a,https:/evil.example/v.yaml': '' };
    const { runs } = await validate(files, { helm: { stdout: object('made') } });
    const args = runs[0]?.args ?? [];
    expect(args[2]).toMatch(/^\/.*\/specs\/--post-renderer=x$/);
    const values = args.flatMap((arg, index) => (args[index - 1] === '--values' ? [arg] : []));
    expect(values).toEqual([
      expect.stringMatching(/^\/.*\/specs\/-$/),
      expect.stringMatching(/^"\/.*\/specs\/a,https:\/evil.example\/v.yaml"$/),
    ]);
  });

  it('is not rendered with values that cannot be read: helm would wait for a pipe', async () => {
    const chart = '{ chart: { path: c, valuesFiles: [v.yaml] } }';
    const { runs, lines } = await validate({ 'specs/a.yaml': spec(chart) }, { helm: {} });
    expect(runs).toEqual([]);
    expect(lines.join()).toContain(
      'spec.application.chart.valuesFiles[0]: specs/v.yaml cannot be read: ENOENT',
    );
  });

  it('needs helm', async () => {
    const { exitCode, lines } = await validate({ 'specs/a.yaml': spec('{ chart: { path: c } }') });
    expect(exitCode).toBe(2);
    expect(lines[1]).toMatch(/spec.application.chart: helm is not on the PATH: install it \(https:/);
  });

  it('that makes what must not be in a rollout is told where', async () => {
    const stdout = `${object('a')}apiVersion: v1\nkind: Secret\nmetadata: { name: db }\ndata: { a: eA== }\n`;
    const { lines } = await validate(
      { 'specs/a.yaml': spec('{ chart: { path: c } }') },
      { helm: { stdout } },
    );
    expect(lines[1]).toMatch(
      /spec.application.chart: line 6 of what helm template gives, kind: a Secret with data/,
    );
  });
});
