import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, expect, it } from '@jest/globals';
import { execa } from 'execa';

const installed = join(import.meta.dirname, '../../node_modules');
const jest = join(installed, 'jest/bin/jest.js');
const typescript = { jsc: { parser: { syntax: 'typescript' }, target: 'es2024' } };
const transform = { '\\.ts$': [join(installed, '@swc/jest/index.js'), typescript] };
const runner = join(import.meta.dirname, 'runner.ts');
let root = '';

afterEach(() => rm(root, { recursive: true, maxRetries: 20 }));

/** A test that passes once another one has begun. */
const meeting = (own: string, other: string) => `
const { existsSync, writeFileSync } = require('node:fs');
it('meets ${other}', async () => {
  writeFileSync(${JSON.stringify(join(root, own))}, '');
  while (!existsSync(${JSON.stringify(join(root, other))})) await new Promise((done) => setTimeout(done, 20));
}, 30_000);
`;

async function write(file: string, text: string): Promise<void> {
  await mkdir(dirname(join(root, file)), { recursive: true });
  await writeFile(join(root, file), text);
}

it('runs end-to-end files beside unit tests, and reports both', async () => {
  root = await realpath(await mkdtemp(join(tmpdir(), 'sluice-runner-')));
  await write('test/unit.test.js', meeting('unit', 'lab'));
  await write('test/e2e/lab.test.js', meeting('lab', 'unit'));
  const oneAtATime = { maxWorkers: 1, workerIdleMemoryLimit: '500MB' };
  const config = JSON.stringify({ rootDir: root, runner, transform, ...oneAtATime });
  const { stdout } = await execa(process.execPath, [jest, '--config', config, '--json'], { cwd: root });
  expect(JSON.parse(stdout)).toMatchObject({ numPassedTests: 2, numFailedTests: 0 });
});
