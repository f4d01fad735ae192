import { serviceOf, type AddonName } from '../../../domain/addons.ts';
import type { AddonsSpec } from '../../../domain/spec/document.ts';
import { removeOwn } from '../../kubernetes/abandon.ts';
import type { ClusterClient } from '../../kubernetes/client.ts';
import { describeRef } from '../../kubernetes/object.ts';
import { concealService, isExposedHere } from './exposure.ts';
import { readAddon } from './manifests.ts';

/** Takes back what an apply of add-ons did that did not end: closes what it exposed, removes what it made; names of both. */
export async function abandonAddons(
  client: ClusterClient,
  directory: string,
  { install, expose }: AddonsSpec,
): Promise<string[]> {
  const closed = await Promise.all(expose.map((name) => close(client, name)));
  const objects = await Promise.all(install.map((name) => readAddon(directory, name, false)));
  return [...closed.flat(), ...(await removeOwn(client, objects.flat()))];
}

async function close(client: ClusterClient, name: AddonName): Promise<string[]> {
  const service = serviceOf(name);
  if (!(await isExposedHere(client, service))) return [];
  await concealService(client, service);
  return [`exposure of ${describeRef(service)}`];
}
