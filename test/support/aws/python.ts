/** Python programs that tests use, in a virtual environment of the user's cache. */
import { createHash } from 'node:crypto';
import { access, readFile, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { withLock } from '../../../lab/process/lock.ts';

const requirements = join(import.meta.dirname, 'requirements.txt');

/**
 * Directory of the programs of an environment with `requirements.txt`; it is made once, by pip.
 * @throws Error when python3 is missing, or pip cannot get the packages
 */
export async function pythonEnvironment(): Promise<string> {
  const text = await readFile(requirements, 'utf8');
  const hash = createHash('sha256').update(text).digest('hex').slice(0, 12);
  const cache = process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache');
  const directory = join(cache, 'sluice', 'python', hash);
  await withLock(directory, () => install(directory));
  return join(directory, 'bin');
}

/** A mark is written last: an installation that was cut off begins again. */
async function install(directory: string): Promise<void> {
  const mark = join(directory, 'complete');
  if (await exists(mark)) return;
  await rm(directory, { recursive: true, force: true });
  process.stderr.write(`installing the Python programs that tests use into ${directory}\n`);
  await execa('python3', ['-m', 'venv', directory]);
  await execa(join(directory, 'bin', 'pip'), ['install', '--quiet', '--requirement', requirements]);
  await writeFile(mark, '');
}

async function exists(path: string): Promise<boolean> {
  return await access(path).then(
    () => true,
    () => false,
  );
}
