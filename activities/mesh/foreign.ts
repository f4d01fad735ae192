/** Objects that `istioctl uninstall --purge` would delete, and that no run of Sluice installed. */
import { istioNamespace } from '../../domain/istio.ts';
import type { ClusterClient } from '../kubernetes/client.ts';
import { describeRef, refOf, type KubeObject } from '../kubernetes/object.ts';
import { listIfServed } from '../traffic/routing/gateway-api.ts';
import { componentLabel, defaultRevision, revisionLabel } from './survey/labels.ts';

/** Kinds that tell whose an installation is; `--purge` goes by the same label for all of them. */
const kinds = [
  ['apps/v1', 'Deployment'],
  ['apps/v1', 'DaemonSet'],
  ['v1', 'Service'],
  ['v1', 'ConfigMap'],
  ['rbac.authorization.k8s.io/v1', 'ClusterRole'],
  ['admissionregistration.k8s.io/v1', 'MutatingWebhookConfiguration'],
  ['admissionregistration.k8s.io/v1', 'ValidatingWebhookConfiguration'],
] as const;

/**
 * Objects of Istio that others installed.
 * @param client of the cluster
 * @param revisions that runs of Sluice installed
 * @returns names of the objects
 */
export async function foreignObjects(client: ClusterClient, revisions: readonly string[]): Promise<string[]> {
  const lists = await Promise.all(kinds.map(([apiVersion, kind]) => listIfServed(client, apiVersion, kind)));
  const labelled = lists.flat().filter(({ metadata }) => metadata.labels?.[componentLabel] !== undefined);
  return labelled
    .filter((object) => isForeign(object, revisions))
    .map((object) => describeRef(refOf(object)));
}

function isForeign({ metadata }: KubeObject, revisions: readonly string[]): boolean {
  const { labels = {}, annotations = {}, namespace = istioNamespace, ownerReferences = [] } = metadata;
  if (annotations['meta.helm.sh/release-name'] !== undefined || namespace !== istioNamespace) return true;
  if (ownerReferences.some(({ controller }) => controller === true)) return true;
  return !revisions.includes(labels[revisionLabel] ?? defaultRevision);
}
