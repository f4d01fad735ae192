import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Writes an executable that runs the JavaScript on the Node of this test. */
export async function writeProgram(path: string, javascript: string): Promise<string> {
  return writeExecutable(path, `#!${process.execPath}\n${javascript}\n`);
}

/** Writes an executable shell script. */
export async function writeScript(path: string, script: string): Promise<string> {
  return writeExecutable(path, `#!/bin/sh\n${script}\n`);
}

async function writeExecutable(path: string, text: string): Promise<string> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text, { mode: 0o755 });
  return path;
}
