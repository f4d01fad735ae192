/** Which control plane a namespace gets its sidecars from. */
import { ApplicationFailure } from '@temporalio/activity';
import { FailureType } from '../../domain/failure.ts';
import type { MeshSpec } from '../../domain/spec/document.ts';
import type { ClusterClient } from '../kubernetes/client.ts';
import type { ControlPlane, Survey } from './survey/index.ts';
import { dataplaneLabel, defaultRevision, injectionLabel, revisionLabel } from './survey/labels.ts';

type Labels = Readonly<Record<string, string>>;

/** A namespace as webhooks see it. */
export interface LabelledNamespace {
  readonly name: string;
  readonly labels: Labels;
}

/** A namespace that may not be there yet: the API server labels each with its name. */
export async function readLabels(client: ClusterClient, name: string): Promise<LabelledNamespace> {
  const namespace = await client.read({ apiVersion: 'v1', kind: 'Namespace', name });
  return { name, labels: { 'kubernetes.io/metadata.name': name, ...namespace?.metadata.labels } };
}

/**
 * The control plane that a namespace belongs to, or is to belong to.
 * @param survey of the cluster
 * @param namespace of the rollout
 * @param mesh of the spec: its revision, where it names one
 * @returns null where it has to be installed
 * @throws ApplicationFailure `InvalidTarget` where people decided otherwise, or decided nothing and there are several
 */
export function chooseControlPlane(
  survey: Survey,
  namespace: LabelledNamespace,
  { revision }: Pick<MeshSpec, 'revision'>,
): ControlPlane | null {
  refuseOptOut(namespace);
  const claiming = claimants(survey, namespace);
  if (claiming.length > 1)
    throw refuse(
      `namespace ${namespace.name} is claimed by ${claiming.length} control planes, ${describeAll(claiming)}: ` +
        `label it for one of them (${revisionLabel} or ${injectionLabel}=enabled), and take the other label away`,
    );
  const [claimant] = claiming;
  if (claimant === undefined) return unclaimed(survey, namespace, revision);
  if (revision === null || isNamed(claimant, revision)) return claimant;
  throw refuse(
    `namespace ${namespace.name} belongs to ${describe(claimant)}, spec.mesh.revision is ${revision}: ` +
      'label the namespace for that revision and restart its pods, or name another namespace',
  );
}

function unclaimed(
  survey: Survey,
  namespace: LabelledNamespace,
  revision: string | null,
): ControlPlane | null {
  const { name, labels } = namespace;
  const labelled = labels[revisionLabel];
  if (labelled !== undefined && labelled !== revision)
    throw refuse(
      `namespace ${name} is labelled ${revisionLabel}=${labelled}, and no control plane is of that revision or tag ` +
        `(${describeAll(survey.controlPlanes)}): correct the label, or install that revision`,
    );
  refuseAmbient(survey, namespace);
  if (revision !== null) return theOnly(survey, revision);
  const defaults = survey.controlPlanes.filter((plane) => isNamed(plane, defaultRevision));
  const candidates = defaults.length > 0 ? defaults : survey.controlPlanes;
  if (candidates.length <= 1) return candidates[0] ?? null;
  throw refuse(
    `the cluster has ${candidates.length} control planes, ${describeAll(candidates)}: name one by spec.mesh.revision, ` +
      `or label namespace ${name} for one of them`,
  );
}

function theOnly({ controlPlanes }: Survey, revision: string): ControlPlane | null {
  const named = controlPlanes.filter((plane) => isNamed(plane, revision));
  if (named.length <= 1) return named[0] ?? null;
  throw refuse(
    `revision ${revision} is claimed by ${named.length} control planes, ${describeAll(named)}: ` +
      'label the namespace for the one that is meant',
  );
}

/** Control planes whose injectors select the namespace, and those that its labels name where injectors are unknown. */
function claimants({ controlPlanes }: Survey, { labels }: LabelledNamespace): ControlPlane[] {
  return controlPlanes.filter((plane) => claims(plane, labels) || isLabelledFor(plane, labels));
}

function claims({ injectors }: ControlPlane, labels: Labels): boolean {
  return injectors?.some(({ serves }) => serves(labels)) === true;
}

/** Both labels count, though Istio follows one: what people meant by the other is not known. */
function isLabelledFor(plane: ControlPlane, labels: Labels): boolean {
  const { [revisionLabel]: revision, [injectionLabel]: injection } = labels;
  if (revision !== undefined && isNamed(plane, revision)) return true;
  return plane.injectors === null && injection === 'enabled' && isNamed(plane, defaultRevision);
}

/** Whether a revision, or a revision tag, is that of a control plane. */
export function isNamed({ revision, injectors }: ControlPlane, name: string): boolean {
  return revision === name || injectors?.some(({ tag }) => tag === name) === true;
}

/**
 * The label by which a namespace gets the sidecar of a control plane.
 * @param plane the control plane; null for one that is about to be installed
 * @param namespace with the labels that it has
 * @param revision or tag that the spec names; null for none
 * @returns null where it has the right one already
 * @throws ApplicationFailure `InvalidTarget` where no label of a namespace reaches the control plane's injectors
 */
export function labelFor(
  plane: ControlPlane | null,
  { name, labels }: LabelledNamespace,
  revision: string | null,
): readonly [key: string, value: string] | null {
  if (plane === null) return labelOf(revision);
  if (claims(plane, labels) || isLabelledFor(plane, labels)) return null;
  if (plane.injectors === null) return labelOf(isNamed(plane, defaultRevision) ? null : plane.revision);
  const candidates = [
    labelOf(revision),
    labelOf(null),
    labelOf(plane.revision),
    ...tagsOf(plane).map(labelOf),
  ];
  const fits = candidates.find(([key, value]) => claims(plane, { ...labels, [key]: value }));
  if (fits !== undefined) return fits;
  throw refuse(
    `${describe(plane)} injects no sidecar into namespace ${name}, whatever its label: ` +
      'none of its MutatingWebhookConfigurations selects it; see `istioctl x check-inject`',
  );
}

function labelOf(revision: string | null): readonly [key: string, value: string] {
  return revision === null ? [injectionLabel, 'enabled'] : [revisionLabel, revision];
}

function tagsOf({ injectors }: ControlPlane): string[] {
  return (injectors ?? []).flatMap(({ tag }) => tag ?? []);
}

function refuseOptOut({ name, labels }: LabelledNamespace): void {
  const injection = labels[injectionLabel] ?? 'enabled';
  if (injection !== 'enabled')
    throw refuse(
      `namespace ${name} is labelled ${injectionLabel}=${injection}: remove that label or name another namespace`,
    );
  if (labels[dataplaneLabel] === 'ambient')
    throw refuse(
      `namespace ${name} is in ambient mode (${dataplaneLabel}=ambient), which has no sidecars that weights could be ` +
        'followed in: name a namespace with sidecars',
    );
}

/** In an ambient mesh, nobody but its people knows whether an unlabelled namespace may have sidecars. */
function refuseAmbient({ ztunnel }: Survey, { name, labels }: LabelledNamespace): void {
  if (ztunnel === null || labels[injectionLabel] === 'enabled') return;
  throw refuse(
    `the mesh is an ambient one (${ztunnel}), whose pods have no sidecars that weights could be followed in: where ` +
      `namespace ${name} is to have sidecars, label it ${injectionLabel}=enabled or ${revisionLabel} yourself`,
  );
}

/** A control plane for a message, with what tells it from others. */
export function describe({ name, revision, version }: ControlPlane): string {
  return `${name} (revision ${revision}, Istio ${version})`;
}

export function describeAll(planes: readonly ControlPlane[]): string {
  return planes.length === 0 ? 'the cluster has none' : planes.map(describe).join(' and ');
}

function refuse(message: string): ApplicationFailure {
  return ApplicationFailure.nonRetryable(message, FailureType.invalidTarget);
}
