import { istioNamespace } from '../../domain/istio.ts';
import type { ClusterClient } from '../kubernetes/client.ts';
import type { Deployment } from '../kubernetes/object.ts';

/** The control plane's Deployment, of whatever revision; null where there is no mesh. */
export async function findIstiod(client: ClusterClient): Promise<Deployment | null> {
  const found = await client.list<Deployment>('apps/v1', 'Deployment', {
    namespace: istioNamespace,
    labelSelector: 'app=istiod',
  });
  return found[0] ?? null;
}

/** The release that the mesh is of, as in `1.31.0`; null where there is none, or where it does not say it. */
export async function meshVersion(client: ClusterClient): Promise<string | null> {
  const istiod = await findIstiod(client);
  return istiod === null ? null : (/^\d+\.\d+\.\d+/.exec(versionOf(istiod))?.[0] ?? null);
}

/** Version of a control plane: the label istioctl gives it, else the tag of its image, as in `pilot:1.31.0-distroless`. */
export function versionOf(istiod: Deployment): string {
  const labelled = istiod.metadata.labels?.['operator.istio.io/version'];
  if (labelled !== undefined) return labelled;
  const image = istiod.spec.template.spec.containers.find(({ name }) => name === 'discovery')?.image ?? '';
  return /:([^:@/]+)(?:@.*)?$/.exec(image)?.[1]?.replace(/-(distroless|debug)$/, '') ?? 'unknown';
}
