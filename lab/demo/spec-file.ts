import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { isScalar, isSeq, parseDocument, type Document } from 'yaml';
import { labDirectory } from '../paths.ts';

/**
 * The spec that a demo on the lab `name` runs: the file itself, or a copy that names that lab.
 * @returns the path of the file to start.
 */
export async function specForLab(file: string, name: string): Promise<string> {
  const document = parseDocument(await readFile(file, 'utf8'));
  const path = ['spec', 'cluster', 'name'];
  if ((document.getIn(path) ?? 'default') === name) return file;
  document.setIn(path, name);
  anchorFiles(document, dirname(file));
  const copy = join(labDirectory(name), 'demo.yaml');
  await mkdir(labDirectory(name), { recursive: true, mode: 0o700 });
  await writeFile(copy, document.toString(), { mode: 0o600 });
  return copy;
}

/** Files that a spec names are searched from where it is, and the copy is elsewhere. */
function anchorFiles(document: Document, directory: string): void {
  const files = document.getIn(['spec', 'templatesFrom']);
  if (!isSeq(files)) return;
  for (const item of files.items)
    if (isScalar(item) && typeof item.value === 'string') item.value = resolve(directory, item.value);
}
