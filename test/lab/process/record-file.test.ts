import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { addRecord, readRecords, removeRecord } from '../../../lab/process/record-file.ts';
import { useTemporaryDirectories } from '../support/temporary-directory.ts';

const temporaryDirectory = useTemporaryDirectories();
const one = { name: 'one', pid: 10, startTicks: 5 };

describe('a file of processes', () => {
  it('is empty where there is none', async () => {
    expect(await readRecords(join(await temporaryDirectory(), 'none.json'))).toEqual([]);
  });

  it('keeps a process that has the pid of a removed one', async () => {
    const file = join(await temporaryDirectory(), 'processes.json');
    const reused = { ...one, startTicks: 99 };
    await addRecord(file, one);
    await addRecord(file, reused);
    await removeRecord(file, one);
    expect(await readRecords(file)).toEqual([reused]);
  });

  it.each(['{}', '[1]', '[{"name":"x","pid":"1","startTicks":2}]'])('refuses %s', async (text) => {
    const file = join(await temporaryDirectory(), 'processes.json');
    await writeFile(file, text);
    await expect(readRecords(file)).rejects.toThrow(`${file} is not a list of processes`);
  });
});
