import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { candidateBlocks } from '../../lab/block.ts';
import { ensureLabFile, readLabFile } from '../../lab/lab-file.ts';
import { labPaths } from '../../lab/paths.ts';
import { useTemporaryDirectories } from './support/temporary-directory.ts';

const temporaryDirectory = useTemporaryDirectories();
const before = process.env.XDG_STATE_HOME;
beforeEach(async () => {
  process.env.XDG_STATE_HOME = await temporaryDirectory();
});
afterEach(() => {
  if (before === undefined) delete process.env.XDG_STATE_HOME;
  else process.env.XDG_STATE_HOME = before;
});

async function ensure(name: string) {
  const paths = labPaths(name);
  await mkdir(paths.root, { recursive: true });
  return ensureLabFile(name, paths);
}

describe('what a lab remembers', () => {
  it('is nothing where there is no lab', async () => {
    expect(await readLabFile(labPaths('default'))).toBeUndefined();
  });

  it('is the same block each time, and another one for each lab', async () => {
    const first = await ensure('one');
    expect(await ensure('one')).toEqual(first);
    const rival = Array.from({ length: 5000 }, (_, index) => `lab-${index}`).find(
      (name) => candidateBlocks(labPaths(name).root)[0] === first.block,
    );
    expect((await ensure(rival ?? '')).block).not.toBe(first.block);
  });

  it('is not troubled by a damaged neighbour', async () => {
    await mkdir(labPaths('bad').root, { recursive: true });
    await writeFile(labPaths('bad').lab, 'no JSON');
    await mkdir(join(labPaths('bad').root, '..', 'one.lock'));
    expect((await ensure('one')).name).toBe('one');
  });

  it('is named when it is damaged, with the remedy', async () => {
    const paths = labPaths('bad');
    await mkdir(paths.root, { recursive: true });
    await writeFile(paths.lab, '{"name":"bad","block":7,"tools":{}}');
    await expect(readLabFile(paths)).rejects.toThrow(
      `${paths.lab} is damaged: remove the lab with 'sluice lab down'`,
    );
  });
});
