import { join } from 'node:path';
import type { ToolchainContext, ToolchainOptions } from './context.ts';
import { copyManifests, ensureManifests } from './kept-manifests.ts';
import { moduleDirectory, type PinnedModule } from './sources/go-module.ts';
import { gatewayApiVersion } from './versions.ts';

/** The types are in the module that istiod is built with; its sums are in go.sum, the release publishes none. */
const gatewayApiModule: PinnedModule = {
  directory: join(import.meta.dirname, 'go', 'tools'),
  path: 'sigs.k8s.io/gateway-api',
};

/** The channel that users install: no experiments. */
const standardChannel = join('config', 'crd', 'standard');

/** Directory of the manifests that define the Gateway API, from the cache or the module. Throws with why not. */
export async function ensureGatewayApi(options: ToolchainOptions = {}): Promise<string> {
  const what = `the types of the Gateway API ${gatewayApiVersion}`;
  return ensureManifests(
    { name: 'gateway-api', version: gatewayApiVersion, what, sources: [fromModule] },
    options,
  );
}

async function fromModule(draft: string, context: ToolchainContext): Promise<string> {
  const directory = join(draft, 'standard');
  await copyManifests(join(await moduleDirectory(gatewayApiModule, context), standardChannel), directory);
  return directory;
}
