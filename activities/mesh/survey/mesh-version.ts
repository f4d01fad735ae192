import { releaseOf } from '../../../domain/istio.ts';
import type { ClusterClient } from '../../kubernetes/client.ts';
import { surveyMesh } from './index.ts';
import { defaultRevision } from './labels.ts';

/**
 * The release of Istio that the cluster's mesh is of, the default revision first, as in `1.31.0`.
 * @param client of the cluster
 * @returns null where there is no mesh, or where none tells its version
 */
export async function meshVersion(client: ClusterClient): Promise<string | null> {
  const { controlPlanes } = await surveyMesh(client);
  const isDefault = ({ revision }: { readonly revision: string }) => revision === defaultRevision;
  const ordered = [...controlPlanes.filter(isDefault), ...controlPlanes.filter((plane) => !isDefault(plane))];
  return ordered.map(({ version }) => releaseOf(version)).find((version) => version !== null) ?? null;
}
