import { istioApiVersion } from '../../../manifests/virtual-service.ts';
import type { ClusterClient } from '../../kubernetes/index.ts';

/** What Istio serves before 1.22: the same objects. */
export const olderApiVersion = 'networking.istio.io/v1beta1';

/** The version of Istio's API that the cluster serves: `v1`, or `v1beta1` in meshes of Istio 1.21 and older. */
export async function servedIstioApi(client: ClusterClient): Promise<string> {
  const isServed = async (apiVersion: string) =>
    (await client.isNamespaced({ apiVersion, kind: 'VirtualService' })) !== null;
  if (await isServed(istioApiVersion)) return istioApiVersion;
  // Of a cluster without Istio, failures name the version that is missing.
  return (await isServed(olderApiVersion)) ? olderApiVersion : istioApiVersion;
}

/** Whether the cluster serves Istio's API for routes in any version that Sluice writes. */
export async function servesIstioApi(client: ClusterClient): Promise<boolean> {
  return (
    (await client.isNamespaced({ apiVersion: await servedIstioApi(client), kind: 'VirtualService' })) !== null
  );
}

/** Objects as the cluster serves them: those of Istio's API in its version. */
export async function inServedVersion<T extends { readonly apiVersion: string }>(
  client: ClusterClient,
  objects: readonly T[],
): Promise<T[]> {
  if (!objects.some(({ apiVersion }) => apiVersion === istioApiVersion)) return [...objects];
  const served = await servedIstioApi(client);
  return objects.map((object) =>
    object.apiVersion === istioApiVersion ? { ...object, apiVersion: served } : object,
  );
}
