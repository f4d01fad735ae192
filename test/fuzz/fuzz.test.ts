import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { execa } from 'execa';
import { targets } from './targets/index.ts';

const main = fileURLToPath(new URL('main.ts', import.meta.url));

async function fuzz(...args: readonly string[]) {
  const { stdout, exitCode } = await execa(process.execPath, ['--no-warnings', main, ...args], {
    reject: false,
  });
  return { stdout, exitCode };
}

describe('parsers of documents and answers', () => {
  it('neither crash nor hang, nor say more than a history bears', async () => {
    const { stdout, exitCode } = await fuzz('--seed', '20', '--runs', '30');
    expect(stdout.split('\n').at(-1)).toBe(`seed 20: ${30 * targets.length} cases, crashes 0, hangs 0`);
    expect(exitCode).toBe(0);
  });
});

describe('the fuzzer', () => {
  it('names a parser that crashes, with its input and the seed that repeats it', async () => {
    const { stdout, exitCode } = await fuzz('--seed', '7', '--runs', '50', '--target', 'broken-throws');
    expect(stdout).toMatch(/crash of broken-throws, seed 7, \d+ characters: ".*"\n\w*Error: /);
    expect(stdout).toMatch(/crashes 1, hangs 0$/);
    expect(exitCode).toBe(1);
  });

  it('names a parser that hangs, or ends its thread, and goes on', async () => {
    const wanted = ['broken-hangs', 'broken-exits', 'values'].flatMap((name) => ['--target', name]);
    const { stdout, exitCode } = await fuzz('--seed', '7', '--runs', '20', '--limit', '2000', ...wanted);
    expect(stdout).toMatch(/hang of broken-hangs, seed 7, \d+ characters: "/);
    expect(stdout).toContain('crash of broken-exits, seed 7');
    expect(stdout).toMatch(/values: 20 cases/);
    expect(stdout).toMatch(/crashes 1, hangs 1$/);
    expect(exitCode).toBe(1);
  });
});
