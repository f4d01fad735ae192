import { ApplicationFailure } from '@temporalio/activity';
import type { ClusterConnection } from '../../domain/rollout.ts';
import { FailureType } from '../../domain/failure.ts';
import type { NeededIngress } from '../../domain/ingress.ts';
import { findMinor, istioMinors, istioSupportPage, unsupportedKubernetes } from '../../domain/istio.ts';
import type { MeshSpec } from '../../domain/spec/document.ts';
import type { ClusterClient } from '../kubernetes/client.ts';
import { chooseControlPlane, labelFor, readLabels } from './choice.ts';
import { install } from './install.ts';
import { intentFor, type Intent } from './intent.ts';
import { installMark, markNamespace, meshMarks, ownMarks, upgradeMark } from './mark.ts';
import { precheck } from './precheck.ts';
import { findRelease, type Release, type ReleaseSource } from './release/index.ts';
import { requireUsable, requireVacant } from './suitability.ts';
import { surveyMesh, type ControlPlane, type Survey } from './survey/index.ts';
import { defaultRevision } from './survey/labels.ts';

/** The mesh as it is after the step. */
export interface EnsuredMesh {
  readonly version: string;
  readonly created: boolean;
  /** Revision of the control plane that the namespace belongs to. */
  readonly revision: string;
  /** What Istio's own check of the cluster said, and what else to know, the worst first. */
  readonly findings: readonly string[];
}

/** What a rollout wants of the mesh. */
export interface WantedMesh {
  readonly mesh: MeshSpec;
  /** Of the rollout, which is to get its sidecars. */
  readonly namespace: string;
  /** What it needs of the ingress gateway; null for nothing. */
  readonly ingress: NeededIngress | null;
}

interface Tools {
  readonly source: ReleaseSource;
  readonly connection: ClusterConnection;
  readonly client: ClusterClient;
}

/**
 * Sees to the mesh that a spec asks for: installs one where there is none, or beside others where it names a revision,
 * upgrades an older one where the spec says so, leaves any other as it is. What a lost earlier attempt of this run
 * began is done again, which istioctl takes as an update.
 * @throws ApplicationFailure `InvalidTarget`, before any change, where spec, namespace and mesh do not go together
 */
export async function ensureMesh(tools: Tools, wanted: WantedMesh): Promise<EnsuredMesh> {
  const { client } = tools;
  const { mesh } = wanted;
  const survey = await surveyMesh(client);
  const marks = await ownMarks(client);
  const begun = marks.has(installMark(mesh.revision)) ? 'install' : marks.has(upgradeMark) ? 'upgrade' : null;
  const plane = begun === null ? await choose(client, survey, wanted) : null;
  const intent = begun ?? intentFor(plane, mesh);
  if (intent !== 'keep') return await change(tools, wanted, { intent, survey, isBegun: begun !== null });
  if (plane === null) throw new Error('a mesh that is not there cannot be kept');
  await requireUsable(client, wanted.ingress, plane);
  return { version: plane.version, created: false, revision: plane.revision, findings: [] };
}

/** The control plane of the namespace, which a label is known to reach. */
async function choose(
  client: ClusterClient,
  survey: Survey,
  { namespace, mesh }: WantedMesh,
): Promise<ControlPlane | null> {
  const labelled = await readLabels(client, namespace);
  const plane = chooseControlPlane(survey, labelled, mesh);
  labelFor(plane, labelled, mesh.revision);
  return plane;
}

interface Change {
  readonly intent: Exclude<Intent, 'keep'>;
  readonly survey: Survey;
  /** Whether an earlier attempt of this run began it. */
  readonly isBegun: boolean;
}

const restartNeeded =
  'Warning: sidecars keep the version they were injected with until their pods are made again (kubectl rollout restart)';

async function change(
  { source, connection, client }: Tools,
  { mesh }: WantedMesh,
  { intent, survey, isBegun }: Change,
): Promise<EnsuredMesh> {
  if (intent === 'install' && !isBegun) requireVacant(survey);
  const release = await findRelease(source, connection, mesh.version);
  const unknown = await checkKubernetes(client, release);
  // Of a mesh that is there, the check finds what an upgrade cures.
  const findings = await precheck(
    connection,
    release,
    survey.controlPlanes.length === 0 ? 'install' : 'upgrade',
  );
  const mark = intent === 'install' ? installMark(mesh.revision) : upgradeMark;
  await markNamespace(client, await meshMarks(client), mark);
  const revision = mesh.revision ?? defaultRevision;
  const isBeside = survey.controlPlanes.some((one) => one.revision !== revision);
  await install(connection, release, { mesh, isBeside });
  return {
    version: release.version,
    created: intent === 'install',
    revision,
    findings: [...findings, ...unknown, ...(intent === 'upgrade' ? [restartNeeded] : [])],
  };
}

/** Fails with `InvalidTarget` where Istio does not support the cluster's Kubernetes; a finding where nobody knows. */
async function checkKubernetes(client: ClusterClient, { version }: Release): Promise<string[]> {
  const refusal = unsupportedKubernetes(version, await client.version());
  if (refusal !== null) {
    const others = istioMinors
      .map(({ minor, kubernetes }) => `${minor} (${kubernetes.join(' to ')})`)
      .join(', ');
    const message = `${refusal}; name another spec.mesh.version, of which there are for Kubernetes: ${others}`;
    throw ApplicationFailure.nonRetryable(message, FailureType.invalidTarget);
  }
  if (findMinor(version) !== undefined) return [];
  return [`Warning: which Kubernetes Istio ${version} supports is not known here, see ${istioSupportPage}`];
}
