/** The package as it is installed elsewhere: compiled, without its sources, in a tree that nobody may write to. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { execa } from 'execa';
import { searchAttributes } from '../../workflows/messages.ts';
import { temporalTool, toolTimeout } from '../support/tools.ts';

jest.setTimeout(3 * 60_000);
import { emptyTeardown } from '../support/empty-teardown.ts';

const root = join(import.meta.dirname, '../..');

/** Whoever runs the container: not root, and nobody's home. */
const nobody = 65_534;
const asNobody = process.getuid?.() === 0 ? { uid: nobody, gid: nobody } : {};

let directory = '';
let bin = '';

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'sluice-package-'));
  await chmod(directory, 0o755);
  await execa('npm', ['pack', '--pack-destination', directory], { cwd: root });
  const [archive = ''] = (await readdir(directory)).filter((name) => name.endsWith('.tgz'));
  await writeFile(join(directory, 'package.json'), '{ "private": true }');
  await execa('npm', ['install', '--no-audit', '--no-fund', '--prefer-offline', `./${archive}`], {
    cwd: directory,
  });
  await execa('chmod', ['-R', 'a-w', join(directory, 'node_modules')]);
  bin = join(directory, 'node_modules', '.bin', 'sluice');
}, toolTimeout);

afterAll(async () => {
  await execa('chmod', ['-R', 'u+w', directory]);
  await rm(directory, { recursive: true });
});

async function sluice(...args: string[]) {
  return await execa(bin, args, {
    cwd: '/',
    reject: false,
    stdin: 'ignore',
    env: { HOME: '/' },
    ...asNobody,
  });
}

describe('the package', () => {
  it('has no sources, tests or tools of development', async () => {
    const installed = join(directory, 'node_modules', 'sluice');
    expect((await readdir(installed)).sort()).toEqual(
      ['CHANGELOG.md', 'LICENSE', 'README.md', 'client', 'dist', 'docs', 'examples', 'package.json'].sort(),
    );
    expect(await readdir(join(installed, 'client'))).toEqual(['sluice.mjs']);
    expect(await readdir(join(directory, 'node_modules'))).not.toContain('typescript');
  });

  it('shows its commands, and its lab', async () => {
    const help = await sluice('--help');
    expect(help).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('start-rollout') });
    expect(await sluice('lab', '--help')).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining('the embedded lab'),
    });
  });

  it('knows which build it is', async () => {
    const build = await readFile(join(directory, 'node_modules', 'sluice', 'dist', 'build.json'), 'utf8');
    expect(JSON.parse(build)).toEqual({ buildId: expect.stringMatching(/^\d+\.\d+\.\d+-[0-9a-f]{12}$/) });
  });

  it('validates a spec', async () => {
    const spec = join(directory, 'node_modules', 'sluice', 'examples', 'canary.yaml');
    expect(await sluice('validate', spec)).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining('canary.yaml'),
    });
  });

  it('runs a worker that serves workflows, as somebody who may write nothing', async () => {
    const temporal = await TestWorkflowEnvironment.createLocal({
      server: {
        executable: { type: 'existing-path', path: await temporalTool() },
        searchAttributes: Object.values(searchAttributes),
      },
    });
    const worker = startWorker(temporal.address);
    try {
      const result: unknown = await temporal.client.workflow.execute('teardown', {
        workflowId: 'teardown/package',
        taskQueue: 'package-test',
        args: [emptyTeardown],
      });
      expect(result).toEqual({ undone: [] });
      const ended = once(worker, 'exit');
      worker.kill('SIGTERM');
      expect(await ended).toEqual([0, null]);
    } finally {
      worker.kill('SIGKILL');
      await temporal.teardown();
    }
  });
});

function startWorker(address: string): ChildProcess {
  const env = {
    PATH: process.env.PATH,
    HOME: '/',
    TEMPORAL_ADDRESS: address,
    SLUICE_TASK_QUEUE: 'package-test',
  };
  return spawn(bin, ['worker'], { cwd: '/', env, stdio: ['ignore', 'ignore', 'inherit'], ...asNobody });
}
