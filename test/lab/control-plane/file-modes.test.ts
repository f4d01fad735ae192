import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ensurePki } from '../../../lab/control-plane/pki.ts';

let directory = '';
let umask = 0;
beforeAll(async () => {
  // The most that a user can give away: what is written must keep itself to its owner.
  umask = process.umask(0);
  directory = await mkdtemp(join(tmpdir(), 'sluice-modes-'));
});
afterAll(async () => {
  process.umask(umask);
  await rm(directory, { recursive: true });
});

describe("the lab's keys and tokens", () => {
  it("are their owner's alone, whatever the umask", async () => {
    const place = join(directory, 'pki');
    await ensurePki(place, '127.0.0.1');
    const files = await readdir(place);
    expect(files).toEqual(expect.arrayContaining(['token', 'tokens.csv', 'ca.key', 'service-account.key']));
    const modes = await Promise.all(
      ['.', ...files].map(async (file) => [file, (await stat(join(place, file))).mode & 0o077]),
    );
    expect(modes).toEqual(['.', ...files].map((file) => [file, 0]));
  });
});
