import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { specForLab } from '../../../lab/demo/spec-file.ts';

let directory: string;
const before = process.env.XDG_STATE_HOME;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'sluice-demo-'));
  process.env.XDG_STATE_HOME = join(directory, 'state');
});
afterEach(async () => {
  if (before === undefined) delete process.env.XDG_STATE_HOME;
  else process.env.XDG_STATE_HOME = before;
  await rm(directory, { recursive: true });
});

async function given(spec: object): Promise<string> {
  const file = join(directory, 'spec.yaml');
  await writeFile(file, JSON.stringify({ kind: 'Rollout', spec }));
  return file;
}

describe('the spec of a demo', () => {
  it('is the file itself where that names the lab', async () => {
    const file = await given({ cluster: { provider: 'lab' }, templatesFrom: ['gates.yaml'] });
    expect(await specForLab(file, 'default')).toBe(file);
  });

  it('is a copy that names another lab, and its files by where they are', async () => {
    const file = await given({
      cluster: { provider: 'lab' },
      templatesFrom: ['gates.yaml', '/shared/more.yaml'],
    });
    const copy = await specForLab(file, 'other');
    expect(copy).not.toBe(file);
    expect(parse(await readFile(copy, 'utf8'))).toEqual({
      kind: 'Rollout',
      spec: {
        cluster: { provider: 'lab', name: 'other' },
        templatesFrom: [join(directory, 'gates.yaml'), '/shared/more.yaml'],
      },
    });
  });
});
