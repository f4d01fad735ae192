import { join } from 'node:path';
import { extract } from 'tar';
import { fetchVerified, isSkipped } from '../../downloads/release.ts';
import type { ToolchainContext, ToolchainOptions } from './context.ts';
import { copyManifests, ensureManifests } from './kept-manifests.ts';
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
  const what = `the add-ons of Istio ${version}`;
  return ensureManifests(
    { name: 'istio-add-ons', version, what, sources: [fromRelease, fromModule] },
    options,
  );
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
  await copyManifests(join(await moduleDirectory(istioModule, context), samples), directory);
  return directory;
}
