#!/usr/bin/env node
/**
 * Breaks each step of docs/runbook.md in a copy of the project, and sees its test fail. A step whose test passes all
 * the same is one that nobody would notice the loss of: exit code 1.
 *   npm run test:breaks
 */
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { execa } from 'execa';
import { breaks, type Break } from './breaks.ts';

const root = join(import.meta.dirname, '../..');
const left = ['node_modules', '.git', 'coverage'];

const copy = await mkdtemp(join(tmpdir(), 'sluice-breaks-'));
try {
  await cp(root, copy, { recursive: true, filter: (path) => !left.includes(basename(path)) });
  await symlink(join(root, 'node_modules'), join(copy, 'node_modules'));
  for (const one of breaks) process.exitCode = (await isNoticed(one)) ? process.exitCode : 1;
} finally {
  await rm(copy, { recursive: true, force: true });
}

async function isNoticed({ row, says, file, from, to, test }: Break): Promise<boolean> {
  const path = join(copy, file);
  const text = await readFile(path, 'utf8');
  if (text.split(from).length !== 2) throw new Error(`${file} does not have exactly once: ${from}`);
  await writeFile(
    path,
    text.replace(from, () => to),
  );
  const { failed, stderr } = await execa('npm', ['test', '--', test], { cwd: copy, reject: false });
  await writeFile(path, text);
  // A suite that does not even compile would fail whatever it tests.
  const noticed = failed && /^Tests: .*\d+ failed/m.test(stderr);
  console.log(`row ${row}: ${says}: ${noticed ? 'noticed by' : 'NOT NOTICED by'} ${test}`);
  return noticed;
}
