import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { pythonEnvironment } from './python.ts';

/** The templates name zones on purpose: those that have the instance type, as the account was asked. */
const ignored = 'W3010';

/** What cfn-lint finds wrong in a template, errors and warnings. */
export async function lintTemplate(template: object, region: string): Promise<string[]> {
  const programs = await pythonEnvironment();
  const directory = await mkdtemp(join(tmpdir(), 'sluice-template-'));
  try {
    const file = join(directory, 'template.json');
    await writeFile(file, JSON.stringify(template));
    const args = ['--ignore-checks', ignored, '--regions', region, '--format', 'parseable', '--', file];
    const { stdout, exitCode, stderr } = await execa(join(programs, 'cfn-lint'), args, { reject: false });
    const found = stdout.split('\n').filter((line) => line !== '');
    return exitCode === 0 || found.length > 0 ? found : [stderr];
  } finally {
    await rm(directory, { recursive: true });
  }
}
