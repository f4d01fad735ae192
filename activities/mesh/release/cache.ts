import { mkdir, mkdtemp, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { cacheDirectory } from '../../../downloads/directories.ts';
import { isExecutable } from '../../../downloads/executable.ts';
import { compareIstio, isIstioVersion } from '../../../domain/istio.ts';
import type { Release, ReleaseSource } from './release.ts';

/** The newest release in the worker's cache that is the wanted one; null when none is. */
export async function fromCache({ env }: ReleaseSource, wanted: string): Promise<Release | null> {
  const versions = await readdir(cacheOf(env)).catch(() => []);
  const [newest] = versions
    .filter((version) => isIstioVersion(version, wanted))
    .sort((a, b) => compareIstio(b, a).patches);
  return newest === undefined ? null : await releaseIn(join(cacheOf(env), newest), newest);
}

/** Makes a release's folder in the cache; nobody sees half of one. */
export async function keep(
  { env }: ReleaseSource,
  version: string,
  make: (directory: string) => Promise<void>,
): Promise<Release> {
  const place = join(cacheOf(env), version);
  await mkdir(dirname(place), { recursive: true });
  const draft = await mkdtemp(join(dirname(place), '.draft-'));
  try {
    await make(draft);
    await rename(draft, place).catch(async (error: unknown) => {
      // Another worker was faster, and its folder is as good.
      if ((await releaseIn(place, version)) === null) throw error;
    });
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
  const kept = await releaseIn(place, version);
  if (kept === null) throw new Error(`there is no bin/istioctl in the release ${version}`);
  return kept;
}

/** A release's folder as Istio publishes it. */
export async function releaseIn(directory: string, version: string): Promise<Release | null> {
  const istioctl = join(directory, 'bin', 'istioctl');
  if (!(await isExecutable(istioctl))) return null;
  return { istioctl, version, addOns: await addOnsIn(directory) };
}

/** Manifests of the add-ons in a release's folder; null where it is none. */
export async function addOnsIn(directory: string): Promise<string | null> {
  const addOns = join(directory, 'samples', 'addons');
  return (await stat(addOns).catch(() => null))?.isDirectory() === true ? addOns : null;
}

function cacheOf(env: ReleaseSource['env']): string {
  return join(cacheDirectory(env), 'istio');
}
