/** What a cluster has of Istio, in whatever namespace and whoever installed it. */
import type { ClusterClient } from '../../kubernetes/client.ts';
import { describeRef, refOf, type Deployment, type KubeObject, type Pod } from '../../kubernetes/object.ts';
import { ofDeployment, ofInjector, ofPod, type ControlPlane } from './control-plane.ts';
import { listInjectors, type Injector } from './injectors.ts';

export { type ControlPlane } from './control-plane.ts';

export interface Survey {
  readonly controlPlanes: readonly ControlPlane[];
  /** Ambient's proxy of nodes, as in `DaemonSet istio-system/ztunnel`; null where the mesh has sidecars alone. */
  readonly ztunnel: string | null;
  /** Injectors that call a Service of the cluster which no control plane stands behind. */
  readonly strays: readonly string[];
}

const istiod = { labelSelector: 'app=istiod' };

/** Looks for control planes: Deployments and pods of istiod, and the webhooks that inject sidecars. */
export async function surveyMesh(client: ClusterClient): Promise<Survey> {
  const [deployments, pods, injectors, ztunnels] = await Promise.all([
    client.list<Deployment>('apps/v1', 'Deployment', istiod),
    client.list<Pod>('v1', 'Pod', istiod),
    listInjectors(client),
    client.list('apps/v1', 'DaemonSet', { labelSelector: 'app=ztunnel' }),
  ]);
  const inside = [...deployments.map(ofDeployment), ...(await ofOthers(client, pods, deployments))];
  const unclaimed = (injectors ?? []).filter((injector) => !inside.some((plane) => isOf(injector, plane)));
  const outside = distinct(unclaimed.filter(({ namespace }) => namespace === null)).map(ofInjector);
  const [ztunnel] = ztunnels;
  return {
    controlPlanes: [...inside, ...outside].map((plane) => ({
      ...plane,
      injectors: injectors?.filter((injector) => isOf(injector, plane)) ?? null,
    })),
    ztunnel: ztunnel === undefined ? null : describeRef(refOf(ztunnel)),
    strays: unclaimed.filter(({ namespace }) => namespace !== null).map(({ name }) => name),
  };
}

type Found = Omit<ControlPlane, 'injectors'>;

/** Two control planes may have the same revision in namespaces of their own. */
function isOf({ revision, namespace }: Injector, plane: Found): boolean {
  return revision === plane.revision && (namespace === null || namespace === plane.namespace);
}

function distinct(injectors: readonly Injector[]): Injector[] {
  return [...new Map(injectors.toReversed().map((one) => [one.revision, one])).values()];
}

/** Control planes whose Deployment is not labelled, or that something else runs: they are known by their pods. */
async function ofOthers(
  client: ClusterClient,
  pods: readonly Pod[],
  deployments: readonly Deployment[],
): Promise<Found[]> {
  const known = new Set(deployments.map(placeOf));
  const found = new Map<string, Found>();
  for (const pod of pods.filter(({ metadata }) => metadata.deletionTimestamp === undefined)) {
    const plane = await runnerOf(client, pod);
    const place = plane === null ? '' : `${plane.namespace}/${plane.revision}`;
    if (plane !== null && !known.has(place)) found.set(place, plane);
  }
  return [...found.values()];
}

function placeOf(deployment: Deployment): string {
  const { namespace, revision } = ofDeployment(deployment);
  return `${namespace}/${revision}`;
}

/** What runs a pod of istiod; null for a pod that outlives its ReplicaSet for a moment. */
async function runnerOf(client: ClusterClient, pod: Pod): Promise<Found | null> {
  const owner = pod.metadata.ownerReferences?.find(({ kind }) => kind === 'ReplicaSet');
  if (owner === undefined) return ofPod(pod);
  const { namespace = '' } = pod.metadata;
  const apiVersion = 'apps/v1';
  const set = await client.read<KubeObject>({ apiVersion, kind: 'ReplicaSet', name: owner.name, namespace });
  const name = set?.metadata.ownerReferences?.find(({ kind }) => kind === 'Deployment')?.name;
  if (name === undefined) return null;
  const deployment = await client.read<Deployment>({ apiVersion, kind: 'Deployment', name, namespace });
  return deployment === null ? null : ofDeployment(deployment);
}
