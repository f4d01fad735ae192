import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { changeFaults, listFaults } from '../../../lab/faults/file.ts';

let directory: string;
let file: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'sluice-faults-'));
  file = join(directory, 'faults.json');
});

afterEach(() => rm(directory, { recursive: true }));

describe('changeFaults', () => {
  it('keeps the faults of other workloads', async () => {
    await changeFaults(file, [{ workload: 'reviews-v2', fault: { crash: true } }]);
    await changeFaults(file, [{ workload: 'reviews-v3', fault: { error: 0.5 } }]);
    expect(await listFaults(file)).toEqual({ 'reviews-v2': { crash: true }, 'reviews-v3': { error: 0.5 } });
  });

  it('replaces the fault of a workload, and forgets one that is turned off', async () => {
    await changeFaults(file, [{ workload: 'reviews-v3', fault: { error: 0.5 } }]);
    expect(await changeFaults(file, [{ workload: 'reviews-v3', fault: { latencyMs: 9 } }])).toEqual({
      'reviews-v3': { latencyMs: 9 },
    });
    await changeFaults(file, [{ workload: 'reviews-v3', fault: {} }]);
    expect(JSON.parse(await readFile(file, 'utf8'))).toEqual({});
  });

  it('loses nothing when several change it at a time, and leaves nothing else behind', async () => {
    const workloads = ['reviews-v1', 'reviews-v2', 'reviews-v3', 'ratings-v1'];
    await Promise.all(
      workloads.map((workload) => changeFaults(file, [{ workload, fault: { latencyMs: 5 } }])),
    );
    expect(Object.keys(await listFaults(file)).sort()).toEqual([...workloads].sort());
    expect(await readdir(directory)).toEqual(['faults.json']);
  });

  it('says when the file holds something else', async () => {
    await writeFile(file, '{"reviews-v3":{"errror":1}}');
    await expect(listFaults(file)).rejects.toThrow('errror');
  });
});
