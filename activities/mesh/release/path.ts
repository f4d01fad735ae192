import { realpath } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { findOnPath } from '../../../downloads/executable.ts';
import { addOnsIn } from './cache.ts';
import type { Release, ReleaseSource } from './release.ts';
import { istioctlVersion } from './version.ts';

/** The istioctl on PATH, with its release's folder where it is in one; null where there is none. */
export async function onPath({ env }: ReleaseSource): Promise<Release | null> {
  const istioctl = await findOnPath('istioctl', env);
  if (istioctl === undefined) return null;
  const version = await istioctlVersion(istioctl);
  if (version === null) return null;
  const folder = join(dirname(await realpath(istioctl)), '..');
  return { istioctl, version, addOns: await addOnsIn(folder) };
}
