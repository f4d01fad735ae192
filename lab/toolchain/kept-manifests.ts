import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf } from '../../domain/message-of.ts';
import { lockDirectory, toolCache } from '../paths.ts';
import { withLock } from '../process/lock.ts';
import { toContext, type ToolchainContext, type ToolchainOptions } from './context.ts';

/** Manifests that the lab keeps beside its tools. */
export interface KeptManifests {
  /** Directory in the cache. */
  readonly name: string;
  readonly version: string;
  /** As messages name them: `the add-ons of Istio 1.31.0`. */
  readonly what: string;
  /** Where they come from, in order: each puts them somewhere into the draft directory, and answers where. */
  readonly sources: readonly ((draft: string, context: ToolchainContext) => Promise<string>)[];
}

/** Directory of manifests, from the cache or the first source that has them. Throws with why none has. */
export async function ensureManifests(
  wanted: KeptManifests,
  options: ToolchainOptions = {},
): Promise<string> {
  const { name, version } = wanted;
  const context = toContext(options);
  const place = join(toolCache(context.env), name, version);
  if (await isDirectory(place)) return place;
  const lock = join(lockDirectory(context.env), `${name}-${version}`);
  return withLock(
    lock,
    async () => ((await isDirectory(place)) ? place : await make(wanted, place, context)),
    { signal: context.signal },
  );
}

async function make(
  { what, sources }: KeptManifests,
  place: string,
  context: ToolchainContext,
): Promise<string> {
  const draft = `${place}.draft`;
  const reasons: string[] = [];
  for (const source of sources) {
    try {
      await rm(draft, { recursive: true, force: true });
      await mkdir(draft, { recursive: true });
      await rename(await source(draft, context), place);
      return place;
    } catch (error) {
      context.signal?.throwIfAborted();
      reasons.push(messageOf(error));
    } finally {
      await rm(draft, { recursive: true, force: true });
    }
  }
  throw new Error(`${what} are not to be had: ${reasons.join('; ')}`);
}

/** Copies the manifests of a directory into a new one. */
export async function copyManifests(source: string, directory: string): Promise<void> {
  await mkdir(directory);
  for (const name of (await readdir(source)).filter((file) => file.endsWith('.yaml'))) {
    // Go keeps its cache read-only, and a copied file its mode: nobody could move or remove that.
    await writeFile(join(directory, name), await readFile(join(source, name)));
  }
}

async function isDirectory(path: string): Promise<boolean> {
  return (await stat(path).catch(() => null))?.isDirectory() === true;
}
