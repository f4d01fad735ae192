import { istioNamespace } from '../../domain/istio.ts';
import type { ClusterClient } from '../kubernetes/client.ts';
import { describeRef, refOf, type KubeObject, type Pod } from '../kubernetes/object.ts';
import { removeAll } from '../kubernetes/remove.ts';
import { waitUntil } from '../kubernetes/wait.ts';
import { gatewayApiVersion } from '../../domain/routing.ts';
import { componentLabel } from './survey/labels.ts';
import { listIfServed } from '../traffic/routing/gateway-api.ts';

/** Longest wait for the control plane's pods: they have 30 s to end by default. */
const podTimeout = 5 * 60_000;

/** What istiod writes into every namespace, and `istioctl uninstall --purge` leaves there. */
const distributed = ['istio-ca-root-cert', 'istio-ca-crl'];

/** Name by which the API server knows istiod's writes. */
const istiodManager = 'pilot-discovery';

interface GatewayClass extends KubeObject {
  readonly spec: { readonly controllerName: string };
}

/** Removes what istiod left all over the cluster, once it is gone: while it runs, it writes that anew. */
export async function removeLeftovers(client: ClusterClient): Promise<void> {
  await waitUntil({ until: 'the pods of Istio are gone', timeout: podTimeout }, async () => {
    const all = await client.list<Pod>('v1', 'Pod', { namespace: istioNamespace });
    const pods = all.filter(isOfIstio);
    const names = pods.map((pod) => describeRef(refOf(pod)));
    return pods.length === 0 ? { done: undefined } : { missing: `still there: ${names.join(', ')}` };
  });
  const written = await client.list('v1', 'ConfigMap', { labelSelector: 'istio.io/config=true' });
  await removeAll(client, written.filter(({ metadata }) => distributed.includes(metadata.name)).map(refOf));
  const classes = await listIfServed<GatewayClass>(client, gatewayApiVersion, 'GatewayClass');
  await removeAll(client, classes.filter(isIstiods).map(refOf));
}

/** By the labels of its charts. */
function isOfIstio({ metadata: { labels = {} } }: Pod): boolean {
  return labels.app === 'istiod' || labels[componentLabel] !== undefined;
}

/** A class of that controller that istiod did not write is the user's. */
function isIstiods({ metadata, spec }: GatewayClass): boolean {
  const written = metadata.managedFields?.some(
    ({ manager, fieldsV1 }) => manager === istiodManager && fieldsV1?.['f:spec'] !== undefined,
  );
  return written === true && spec.controllerName.startsWith('istio.io/');
}
