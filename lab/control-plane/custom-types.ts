import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ApiextensionsV1Api, KubeConfig, type V1CustomResourceDefinition } from '@kubernetes/client-node';
import { parseAllDocuments } from 'yaml';
import { serverSideApply, unlessGone } from '../node/api/clients.ts';

const fieldManager = 'sluice-lab';
const pollInterval = 100;

/** An API server serves a new type within a second. */
const tries = 300;

/** Makes the API server know the types that the manifests of a directory define; those that it knows stay as they are. */
export async function defineTypes(kubeconfig: string, directory: string): Promise<void> {
  const config = new KubeConfig();
  config.loadFromFile(kubeconfig);
  const api = config.makeApiClient(ApiextensionsV1Api);
  const types = await readTypes(directory);
  await Promise.all(types.map(async (type) => define(api, type)));
}

async function define(api: ApiextensionsV1Api, type: V1CustomResourceDefinition): Promise<void> {
  const name = type.metadata?.name ?? '';
  for (let tried = 0; tried < tries; tried += 1) {
    const found = await unlessGone(api.readCustomResourceDefinition({ name }));
    if (found?.status?.conditions?.some((one) => one.type === 'Established' && one.status === 'True')) return;
    if (found === undefined)
      await api.patchCustomResourceDefinition(
        { name, body: type, fieldManager, force: true },
        serverSideApply,
      );
    await sleep(pollInterval);
  }
  throw new Error(`the API server does not serve ${name} within ${(tries * pollInterval) / 1_000} s`);
}

/** Manifests of other kinds, such as policies for upgrades, are for clusters that last. */
async function readTypes(directory: string): Promise<V1CustomResourceDefinition[]> {
  const names = (await readdir(directory)).filter((name) => name.endsWith('.yaml'));
  const texts = await Promise.all(names.map(async (name) => readFile(join(directory, name), 'utf8')));
  return texts
    .flatMap((text) => parseAllDocuments(text).map((document) => document.toJS() as unknown))
    .filter((value): value is V1CustomResourceDefinition => {
      return (
        typeof value === 'object' &&
        value !== null &&
        'kind' in value &&
        value.kind === 'CustomResourceDefinition'
      );
    });
}
