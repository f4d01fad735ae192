import { readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { readJson, writeJson } from '../../../lab/process/json-file.ts';
import { useTemporaryDirectories } from '../support/temporary-directory.ts';

const temporaryDirectory = useTemporaryDirectories();

describe('a JSON file', () => {
  it('gives back what was written, for its owner only, with nothing left beside it', async () => {
    const directory = await temporaryDirectory();
    const file = join(directory, 'deep', 'value.json');
    await writeJson(file, { a: [1] });
    await writeJson(file, { a: [2] });
    expect(await readJson(file)).toEqual({ a: [2] });
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(await readdir(join(directory, 'deep'))).toEqual(['value.json']);
  });

  it('is undefined where there is none', async () => {
    expect(await readJson(join(await temporaryDirectory(), 'none.json'))).toBeUndefined();
  });

  it('is named when it cannot be read', async () => {
    const file = join(await temporaryDirectory(), 'broken.json');
    await writeFile(file, '{"a":');
    await expect(readJson(file)).rejects.toThrow(`${file} is not JSON`);
  });
});
