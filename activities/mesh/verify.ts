import { istioNamespace } from '../../domain/istio.ts';
import type { MeshSpec } from '../../domain/spec/document.ts';
import type { ClusterClient } from '../kubernetes/client.ts';
import { deploymentLack } from '../kubernetes/deployment.ts';
import { describeRef, refOf, type Deployment } from '../kubernetes/object.ts';
import { waitUntil, type Look } from '../kubernetes/wait.ts';
import { explainWorkload } from '../kubernetes/workload.ts';
import { chooseControlPlane, isNamed, readLabels } from './choice.ts';
import { installMark, ownMarks } from './mark.ts';
import { surveyMesh, type ControlPlane, type Survey } from './survey/index.ts';
import { defaultRevision } from './survey/labels.ts';

const verifyTimeout = 5 * 60_000;

/** Gateways that Istio's installation profiles bring, beside the control plane. */
const gateways: Readonly<Record<string, readonly string[]>> = {
  default: ['istio-ingressgateway'],
  demo: ['istio-ingressgateway', 'istio-egressgateway'],
};

/** Whose mesh is verified. */
export interface Subject {
  readonly mesh: MeshSpec;
  /** Of the rollout. */
  readonly namespace: string;
}

/**
 * Waits until the control plane of the namespace is Available, and of a mesh that this run installed the gateways of its
 * profile too: of a mesh that was there, nothing else is needed.
 * @returns names of the Deployments
 * @throws ApplicationFailure `DeadlineExceeded` after five minutes, with what is missing
 */
export async function verify(client: ClusterClient, subject: Subject): Promise<string[]> {
  const isOwn = (await ownMarks(client)).has(installMark(subject.mesh.revision));
  return waitUntil({ until: 'the mesh is Available', timeout: verifyTimeout }, async () => {
    const survey = await surveyMesh(client);
    return isOwn
      ? await lookAtOwn(client, survey, subject.mesh)
      : await lookAtPlane(client, await planeOf(client, survey, subject));
  });
}

async function planeOf(
  client: ClusterClient,
  survey: Survey,
  { namespace, mesh }: Subject,
): Promise<ControlPlane | null> {
  return chooseControlPlane(survey, await readLabels(client, namespace), mesh);
}

async function lookAtPlane(client: ClusterClient, plane: ControlPlane | null): Promise<Look<string[]>> {
  if (plane === null) return { missing: 'the cluster has no control plane of Istio any more' };
  // One that runs outside the cluster is verified by the sidecars of the application.
  if (plane.deployment === null) return { done: [] };
  return await lookAtAll(client, [plane.deployment]);
}

async function lookAtOwn(
  client: ClusterClient,
  { controlPlanes }: Survey,
  { revision, profile }: MeshSpec,
): Promise<Look<string[]>> {
  const name = revision ?? defaultRevision;
  const own = controlPlanes.find((plane) => isNamed(plane, name) && plane.namespace === istioNamespace);
  const isAlone = controlPlanes.every((plane) => plane === own);
  const expected = isAlone ? (gateways[profile] ?? []) : [];
  const deployments = await client.list<Deployment>('apps/v1', 'Deployment', { namespace: istioNamespace });
  const found = deployments.filter(({ metadata }) => expected.includes(metadata.name));
  const absent = expected.filter((one) => !found.some(({ metadata }) => metadata.name === one));
  if (!own?.deployment) absent.unshift(revision === null ? 'istiod' : `istiod-${revision}`);
  if (absent.length > 0) return { missing: `no Deployment ${absent.join(', ')} in ${istioNamespace}` };
  return await lookAtAll(client, [...(own?.deployment ? [own.deployment] : []), ...found]);
}

async function lookAtAll(client: ClusterClient, deployments: readonly Deployment[]): Promise<Look<string[]>> {
  for (const deployment of deployments) {
    const lack = deploymentLack(deployment);
    if (lack !== null) return { missing: await explainWorkload(client, deployment, lack) };
  }
  return { done: deployments.map((deployment) => describeRef(refOf(deployment))) };
}
