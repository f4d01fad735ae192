import { describe, expect, it } from '@jest/globals';
import { execa } from 'execa';

const launcher = new URL('../../client/sluice.mjs', import.meta.url).pathname;

async function sluice(...args: string[]) {
  const { exitCode, stdout } = await execa(process.execPath, [launcher, ...args], {
    reject: false,
    stdin: 'ignore',
  });
  return { exitCode, stdout };
}

describe('npx sluice', () => {
  it('runs the command line and ends with its exit code', async () => {
    const { exitCode, stdout } = await sluice('validate', 'nofile.yaml', '--output', 'json');
    expect(exitCode).toBe(2);
    expect(JSON.parse(stdout)).toHaveProperty(
      'error.message',
      expect.stringContaining('nofile.yaml cannot be read'),
    );
  });

  it('runs the lab as a program of its own and ends with its exit code', async () => {
    expect(await sluice('lab', 'explode')).toMatchObject({ exitCode: 2, stdout: '' });
  });
});
