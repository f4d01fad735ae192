import { istioApiVersion } from '../../../manifests/virtual-service.ts';
import type { ClusterClient } from '../../kubernetes/index.ts';

/** What Istio serves before 1.22: the same objects. */
const olderApiVersion = 'networking.istio.io/v1beta1';

/** The version of Istio's API that the cluster serves: `v1`, or `v1beta1` in meshes of Istio 1.21 and older. */
export async function servedIstioApi(client: ClusterClient): Promise<string> {
  const isServed = async (apiVersion: string) =>
    (await client.isNamespaced({ apiVersion, kind: 'VirtualService' })) !== null;
  if (await isServed(istioApiVersion)) return istioApiVersion;
  // Of a cluster without Istio, failures name the version that is missing.
  return (await isServed(olderApiVersion)) ? olderApiVersion : istioApiVersion;
}
