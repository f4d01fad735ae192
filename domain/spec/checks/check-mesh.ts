import { defaultEksVersion } from '../../defaults.ts';
import { unsupportedKubernetes } from '../../istio.ts';
import type { Finding } from '../issues.ts';
import type { Outline } from '../outline.ts';

/** A cluster that is about to be made has a Kubernetes that its Istio supports. */
export function checkMesh({ cluster, mesh }: Outline): Finding[] {
  if (mesh?.version === undefined || cluster?.provider !== 'eks' || cluster.existing === true) return [];
  const message = unsupportedKubernetes(mesh.version, cluster.version ?? defaultEksVersion);
  return message === null ? [] : [{ path: ['spec', 'mesh', 'version'], message }];
}
