import { addons, type AddonName } from '../../../domain/addons.ts';
import type { ObjectRef } from '../../../domain/rollout.ts';
import { istioNamespace } from '../istiod.ts';

/** The Deployment that an add-on consists of. */
export function deploymentOf(name: AddonName): ObjectRef {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    name: addons[name].deployment,
    namespace: istioNamespace,
  };
}

/** The Service by which people reach an add-on. */
export function serviceOf(name: AddonName): ObjectRef {
  return { apiVersion: 'v1', kind: 'Service', name: addons[name].service, namespace: istioNamespace };
}
