import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach } from '@jest/globals';

/** Gives a function that makes directories which are gone after each test of the file. */
export function useTemporaryDirectories(): () => Promise<string> {
  const made: string[] = [];
  afterEach(async () => {
    // A process that ends may write once more.
    await Promise.all(
      made.splice(0).map((directory) => rm(directory, { recursive: true, force: true, maxRetries: 20 })),
    );
  });
  return async () => {
    const directory = await mkdtemp(join(tmpdir(), 'sluice-test-'));
    made.push(directory);
    return directory;
  };
}
