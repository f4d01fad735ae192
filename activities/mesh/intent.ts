import { ApplicationFailure } from '@temporalio/activity';
import { FailureType } from '../../domain/failure.ts';
import { compareIstio, isIstioVersion, releaseOf } from '../../domain/istio.ts';
import type { MeshSpec } from '../../domain/spec/document.ts';
import type { ControlPlane } from './survey/index.ts';
import { defaultRevision } from './survey/labels.ts';

/** What to do about the mesh: there is none, it is right, or it is older and to be upgraded. */
export type Intent = 'install' | 'keep' | 'upgrade';

/**
 * What a spec means for the control plane that is there, which this run did not install.
 * @param plane the control plane that the namespace belongs to; null where there is none
 * @param mesh of the spec
 * @throws ApplicationFailure `InvalidTarget` where the two contradict each other: nothing is up- or downgraded that the
 *   spec does not ask for
 */
export function intentFor(plane: ControlPlane | null, { version: wanted, upgrade }: MeshSpec): Intent {
  if (plane === null) return 'install';
  if (wanted === null) return 'keep';
  const found = releaseOf(plane.version);
  const mesh = `the cluster's mesh is ${plane.name}, Istio ${plane.version}, spec.mesh.version is ${wanted}`;
  if (found === null) throw refuse(`${mesh}: its version is not known, leave spec.mesh.version out`);
  if (isIstioVersion(found, wanted)) return 'keep';
  const { minors, patches } = compareIstio(wanted, found);
  const isOlder = minors > 0 || (minors === 0 && patches > 0);
  if (!isOlder) throw refuse(`${mesh}: a mesh is not downgraded; name ${found}, or leave the version out`);
  if (!upgrade)
    throw refuse(
      `${mesh}: set spec.mesh.upgrade: true to have it upgraded in place, or leave the version out`,
    );
  if (minors > 1) throw refuse(`${mesh}: Istio is upgraded in place by one minor at a time`);
  refuseForeign(plane, mesh);
  return 'upgrade';
}

/** The control plane of a revision has its own way of upgrades: a second one beside it. */
function refuseForeign({ revision, keeper, version }: ControlPlane, mesh: string): void {
  if (revision !== defaultRevision)
    throw refuse(`${mesh}: it is of revision ${revision}, which is upgraded by a new revision, not in place`);
  if (keeper !== 'istioctl' || version !== releaseOf(version))
    throw refuse(
      `${mesh}: ${keeper === 'istioctl' ? 'the platform' : keeper} keeps it, and is the way to upgrade it`,
    );
}

function refuse(message: string): ApplicationFailure {
  return ApplicationFailure.nonRetryable(message, FailureType.invalidTarget);
}
