import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { extract } from 'tar';
import { messageOf } from '../../domain/message-of.ts';
import { fetchVerified, isSkipped } from '../../downloads/release.ts';
import { lockDirectory, toolCache } from '../paths.ts';
import { withLock } from '../process/lock.ts';
import { toContext, type ToolchainContext, type ToolchainOptions } from './context.ts';
import { moduleDirectory, type PinnedModule } from './sources/go-module.ts';
import { toolVersions } from './versions.ts';

const version = toolVersions.istioctl;

/** The manifests are in the sources that istioctl is built from, too. */
const istioModule: PinnedModule = {
  directory: join(import.meta.dirname, 'go', 'tools'),
  path: 'istio.io/istio',
};

/** Where the manifests are in a release as in the sources. */
const samples = join('samples', 'addons');

/**
 * Directory of the manifests of Istio's add-ons, from the first of: the cache, the official release, the sources of
 * istioctl. Throws with why none has them.
 */
export async function ensureAddOns(options: ToolchainOptions = {}): Promise<string> {
  const context = toContext(options);
  const place = join(toolCache(context.env), 'istio-add-ons', version);
  if (await isDirectory(place)) return place;
  const lock = join(lockDirectory(context.env), `istio-add-ons-${version}`);
  return withLock(lock, async () => ((await isDirectory(place)) ? place : await make(place, context)), {
    signal: context.signal,
  });
}

async function make(place: string, context: ToolchainContext): Promise<string> {
  const draft = `${place}.draft`;
  const reasons: string[] = [];
  for (const source of [fromRelease, fromModule]) {
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
  throw new Error(`the add-ons of Istio ${version} are not to be had: ${reasons.join('; ')}`);
}

async function fromRelease(draft: string, context: ToolchainContext): Promise<string> {
  if (isSkipped(context.env)) throw new Error('SLUICE_SKIP_DOWNLOADS is set');
  // The manifests are the same for every processor.
  const name = `istio-${version}-linux-amd64.tar.gz`;
  const url = `${context.origins.github}/istio/istio/releases/download/${version}/${name}`;
  const file = join(draft, name);
  await fetchVerified({ url, checksumUrl: `${url}.sha256` }, file, context, () => undefined);
  await extract({ file, cwd: draft, strip: 1, filter: (path) => path.includes(`/${samples}/`) });
  return join(draft, samples);
}

async function fromModule(draft: string, context: ToolchainContext): Promise<string> {
  const directory = join(draft, 'addons');
  const source = join(await moduleDirectory(istioModule, context), samples);
  await mkdir(directory);
  for (const name of (await readdir(source)).filter((file) => file.endsWith('.yaml'))) {
    // Go keeps its cache read-only, and a copied file its mode: nobody could move or remove that.
    await writeFile(join(directory, name), await readFile(join(source, name)));
  }
  return directory;
}

async function isDirectory(path: string): Promise<boolean> {
  return (await stat(path).catch(() => null))?.isDirectory() === true;
}
