import { ApplicationFailure } from '@temporalio/activity';
import { FailureType } from '../../domain/failure.ts';
import { compareIstio, isIstioVersion } from '../../domain/istio.ts';
import type { MeshSpec } from '../../domain/spec/document.ts';
import type { Deployment } from '../kubernetes/object.ts';
import { versionOf } from './istiod.ts';

/** What to do about the mesh: there is none, it is right, or it is older and to be upgraded. */
export type Intent = 'install' | 'keep' | 'upgrade';

/**
 * What a spec means for the control plane that is there, which this run did not install. Fails with `InvalidTarget`
 * where the two contradict each other: nothing is up- or downgraded that the spec does not ask for.
 */
export function intentFor(istiod: Deployment | null, { version: wanted, upgrade }: MeshSpec): Intent {
  if (istiod === null) return 'install';
  const found = versionOf(istiod);
  if (wanted === null || isIstioVersion(found, wanted)) return 'keep';
  const { minors, patches } = compareIstio(wanted, found);
  const isOlder = minors > 0 || (minors === 0 && patches > 0);
  const mesh = `the cluster's mesh is Istio ${found}, spec.mesh.version is ${wanted}`;
  if (!isOlder) throw refuse(`${mesh}: a mesh is not downgraded; name ${found}, or leave the version out`);
  if (!upgrade)
    throw refuse(
      `${mesh}: set spec.mesh.upgrade: true to have it upgraded in place, or leave the version out`,
    );
  if (minors > 1) throw refuse(`${mesh}: Istio is upgraded in place by one minor at a time`);
  refuseRevision(istiod, mesh);
  return 'upgrade';
}

/** The control plane of a revision has its own way of upgrades: a second one beside it. */
function refuseRevision({ metadata }: Deployment, mesh: string): void {
  const revision = metadata.labels?.['istio.io/rev'] ?? 'default';
  if (revision === 'default') return;
  throw refuse(`${mesh}: it is of revision ${revision}, which is upgraded by a new revision, not in place`);
}

function refuse(message: string): ApplicationFailure {
  return ApplicationFailure.nonRetryable(message, FailureType.invalidTarget);
}
