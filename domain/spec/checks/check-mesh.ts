import { defaultEksVersion } from '../../defaults.ts';
import { unsupportedKubernetes } from '../../istio.ts';
import type { Finding } from '../issues.ts';
import type { Outline } from '../outline.ts';

/** A mesh has sidecars to follow weights; a cluster that is about to be made has a Kubernetes that its Istio supports. */
export function checkMesh(outline: Outline): Finding[] {
  return [...checkProfile(outline), ...checkKubernetes(outline)];
}

/** In ambient mode requests pass ztunnel or a waypoint, whose routes a shift neither writes nor sees. */
function checkProfile({ mesh }: Outline): Finding[] {
  const profiles = [
    { profile: mesh?.profile, path: ['spec', 'mesh', 'profile'] },
    { profile: mesh?.operator?.spec?.profile, path: ['spec', 'mesh', 'operator', 'spec', 'profile'] },
  ];
  const message =
    'an ambient mesh has no sidecars, which are what follows weights: name a profile with sidecars, such as default';
  return profiles
    .filter(({ profile }) => profile?.endsWith('ambient'))
    .map(({ path }) => ({ path, message }));
}

function checkKubernetes({ cluster, mesh }: Outline): Finding[] {
  if (mesh?.version === undefined || cluster?.provider !== 'eks' || cluster.existing === true) return [];
  const message = unsupportedKubernetes(mesh.version, cluster.version ?? defaultEksVersion);
  return message === null ? [] : [{ path: ['spec', 'mesh', 'version'], message }];
}
