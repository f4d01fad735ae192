import { addonNames, deploymentOf, serviceOf, type AddonName } from '../../../domain/addons.ts';
import type { ObjectRef } from '../../../domain/rollout.ts';
import type { AddonsSpec } from '../../../domain/spec/document.ts';
import { heartbeatWhile } from '../../heartbeat.ts';
import type { ClusterClient } from '../../kubernetes/client.ts';
import { applyEach, currentMark, markOf } from '../../kubernetes/ownership.ts';
import { exposeService } from './exposure.ts';
import { readAddon } from './manifests.ts';

/** What this run made of add-ons, and what it changed of those that were there. */
export interface AppliedAddons {
  readonly created: readonly ObjectRef[];
  readonly exposed: readonly ObjectRef[];
}

/** Applies add-ons by the manifests of a directory; one that is there, of whatever version, stays as it is. */
export async function applyAddons(
  client: ClusterClient,
  directory: string,
  { install, expose }: AddonsSpec,
): Promise<AppliedAddons> {
  const created: ObjectRef[] = [];
  const exposed: ObjectRef[] = [];
  let current = '';
  await heartbeatWhile(
    () => `applying ${current}`,
    async () => {
      for (const name of addonNames.filter((one) => install.includes(one))) {
        current = name;
        const isExposed = expose.includes(name);
        if (!(await isOthers(client, name)))
          created.push(...(await applyEach(client, await readAddon(directory, name, isExposed))));
        else if (isExposed && (await exposeService(client, name))) exposed.push(serviceOf(name));
      }
    },
  );
  return { created, exposed };
}

/** Whether the add-on was there before this run. */
async function isOthers(client: ClusterClient, name: AddonName): Promise<boolean> {
  const found = await client.read(deploymentOf(name));
  return found !== null && markOf(found) !== currentMark();
}
