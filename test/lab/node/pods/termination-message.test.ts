import { describe, expect, it } from '@jest/globals';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { terminationMessage } from '../../../../lab/node/pods/termination-message.ts';
import { useTemporaryDirectories } from '../../support/temporary-directory.ts';
import { container } from '../support/fixtures.ts';

const makeDirectory = useTemporaryDirectories();

async function messageOf(
  log: string | null,
  exitCode = 1,
  terminationMessagePolicy = 'FallbackToLogsOnError',
) {
  const directory = await makeDirectory();
  if (log !== null) await writeFile(join(directory, 'reviews.log'), log);
  return terminationMessage(directory, container({ terminationMessagePolicy }), exitCode);
}

describe('the message of a container that ended', () => {
  it('is the end of its log when it failed and its policy says so', async () => {
    await expect(messageOf('one\ntwo\n')).resolves.toBe('one\ntwo');
    await expect(messageOf('one\n', 0)).resolves.toBeUndefined();
    await expect(messageOf('one\n', 1, 'File')).resolves.toBeUndefined();
  });

  it('is no longer than the kubelet makes it', async () => {
    const lines = Array.from({ length: 100 }, (_, index) => `${index}`);
    expect((await messageOf(lines.join('\n')))?.split('\n')).toEqual(lines.slice(-80));
    await expect(messageOf('x'.repeat(5000))).resolves.toBe('x'.repeat(2048));
  });

  it('is empty where there is no log', async () => {
    await expect(messageOf(null)).resolves.toBe('');
  });
});
