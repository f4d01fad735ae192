import { ApplicationFailure } from '@temporalio/activity';
import type { ClusterConnection } from '../../domain/rollout.ts';
import { FailureType } from '../../domain/failure.ts';
import { findMinor, istioMinors, istioSupportPage, unsupportedKubernetes } from '../../domain/istio.ts';
import type { MeshSpec } from '../../domain/spec/document.ts';
import type { ClusterClient } from '../kubernetes/client.ts';
import { install } from './install.ts';
import { intentFor, type Intent } from './intent.ts';
import { findIstiod, versionOf } from './istiod.ts';
import { markNamespace, meshMark, type OwnMarks, ownMarks, upgradeMark } from './mark.ts';
import { precheck } from './precheck.ts';
import { findRelease, type Release, type ReleaseSource } from './release/index.ts';

/** The mesh as it is after the step. */
export interface EnsuredMesh {
  readonly version: string;
  readonly created: boolean;
  /** What Istio's own check of the cluster said, and what else to know, the worst first. */
  readonly findings: readonly string[];
}

/**
 * Sees to the mesh that a spec asks for: installs one where there is none, upgrades an older one where the spec says
 * so, leaves any other as it is. What a lost earlier attempt of this run began is done again, which istioctl takes as
 * an update.
 */
export async function ensureMesh(
  source: ReleaseSource,
  connection: ClusterConnection,
  client: ClusterClient,
  mesh: MeshSpec,
): Promise<EnsuredMesh> {
  const istiod = await findIstiod(client);
  const marks = await ownMarks(client);
  const intent = marks.has(meshMark)
    ? 'install'
    : marks.has(upgradeMark)
      ? 'upgrade'
      : intentFor(istiod, mesh);
  const release = await findRelease(source, connection, mesh.version);
  if (intent === 'keep') {
    const findings = await precheck(connection, release, 'keep');
    return { version: istiod === null ? 'unknown' : versionOf(istiod), created: false, findings };
  }
  const unknown = await checkKubernetes(client, release);
  // Of a mesh that is there, the check finds what an upgrade cures.
  const findings = await precheck(connection, release, istiod === null ? 'install' : 'upgrade');
  await change(connection, client, { mesh, release, intent, marks });
  const installed = await findIstiod(client);
  return {
    version: installed === null ? 'unknown' : versionOf(installed),
    created: intent === 'install',
    findings: [...findings, ...unknown, ...(intent === 'upgrade' ? [restartNeeded] : [])],
  };
}

const restartNeeded =
  'Warning: sidecars keep the version they were injected with until their pods are made again (kubectl rollout restart)';

interface Change {
  readonly mesh: MeshSpec;
  readonly release: Release;
  readonly intent: Intent;
  /** Of this run, as they were found. */
  readonly marks: OwnMarks;
}

async function change(
  connection: ClusterConnection,
  client: ClusterClient,
  { mesh, release, intent, marks }: Change,
): Promise<void> {
  // An apply drops what it does not name: a run that installed and then upgrades keeps both.
  await markNamespace(client, [...marks, intent === 'install' ? meshMark : upgradeMark]);
  await install(connection, release, mesh);
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
