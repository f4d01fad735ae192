/** That the linter finds what would start a shell; `npm run check` holds all code to it. */
import { describe, expect, it } from '@jest/globals';
import { ESLint } from 'eslint';
import { noShell } from '../eslint.config.js';

const eslint = new ESLint({ overrideConfigFile: true, overrideConfig: [{ ...noShell, files: ['**/*.js'] }] });

async function findings(code: string): Promise<string[]> {
  const [result] = await eslint.lintText(code, { filePath: 'activities/x.js' });
  return (result?.messages ?? []).map(({ message }) => message);
}

describe('a shell', () => {
  it.each([
    'spawn(file, args, { shell: true })',
    "execa(file, args, { 'shell': '/bin/sh' })",
    "import { exec } from 'node:child_process'; exec(text)",
    "import { execSync } from 'child_process'; execSync(text)",
    "import * as childProcess from 'node:child_process'; childProcess.execSync(text)",
    'execaCommand(text)',
    'await $`istioctl ${text}`',
    'eval(text)',
    'new Function(text)',
  ])('is found in %s', async (code) => {
    expect(await findings(code)).toContainEqual(expect.stringContaining('no shell'));
  });

  it.each([
    'execa(file, args, { stdin: "ignore" })',
    'spawn(file, args)',
    'pattern.exec(text)',
    'client.exec(pod, words)',
  ])('is not found in %s', async (code) => {
    expect(await findings(code)).toEqual([]);
  });
});
