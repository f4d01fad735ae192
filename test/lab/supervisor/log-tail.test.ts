import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { logTail } from '../../../lab/supervisor/log-tail.ts';
import { useTemporaryDirectories } from '../support/temporary-directory.ts';

const temporaryDirectory = useTemporaryDirectories();

async function tailOf(text: string, count: number) {
  const file = join(await temporaryDirectory(), 'part.log');
  await writeFile(file, text);
  return (await logTail(file, count)).split('\n').slice(1);
}

describe('what is quoted of a log', () => {
  it('is its end', async () => {
    expect(await tailOf('a\nb\nc\n', 2)).toEqual(['  b', '  c']);
  });

  it('is the cause of a crash, not the end of its stack', async () => {
    expect(await tailOf('a\npanic: disk\nstack 1\nstack 2\nstack 3\n', 2)).toEqual([
      '  panic: disk',
      '  stack 1',
    ]);
  });

  it('is nothing where there is no log', async () => {
    expect(await logTail('/no/such/file')).toBe('');
  });
});
