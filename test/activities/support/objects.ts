import { createdByAnnotation } from '../../../activities/kubernetes/index.ts';
import type { Deployment, KubeObject, Pod, Service } from '../../../activities/kubernetes/index.ts';
import { releaseSource, type ReleaseSource } from '../../../activities/mesh/release/index.ts';
import type { ClusterConnection } from '../../../domain/rollout.ts';
import type { MeshSpec } from '../../../domain/spec/document.ts';

export const connection: ClusterConnection = {
  provider: 'kubeconfig',
  name: 'test',
  kubeconfig: '/nonexistent/kubeconfig',
  context: 'test',
  created: false,
  prometheus: null,
  istio: null,
};

/** The mesh of a spec that says nothing of it. */
export const meshSpec: MeshSpec = {
  version: null,
  revision: null,
  profile: 'demo',
  operator: null,
  upgrade: false,
  set: {},
};

/** A worker without istioctl, on a machine that fetches nothing. */
export const noReleases = releaseSource({ XDG_CACHE_HOME: '/nonexistent', SLUICE_SKIP_DOWNLOADS: '1' });

/** The same, where the cluster's provider brings an istioctl. */
export function releasesWith(istioctl: string, addOns: string | null = null): ReleaseSource {
  return { ...noReleases, broughtTo: () => Promise.resolve({ istioctl, addOns }) };
}

export function namespace(name: string, metadata: Partial<KubeObject['metadata']> = {}): KubeObject {
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name, ...metadata } };
}

/** A Deployment of one pod; Available unless `status` says otherwise. */
export function deployment(name: string, space: string, status: Deployment['status'] = {}): Deployment {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace: space, generation: 1, labels: { app: name } },
    spec: {
      replicas: 1,
      selector: { matchLabels: { app: name } },
      template: { spec: { containers: [{ name: 'app' }] } },
    },
    status: { observedGeneration: 1, replicas: 1, updatedReplicas: 1, availableReplicas: 1, ...status },
  };
}

/** A healthy pod of a Deployment, with its sidecar. */
export function pod(app: string, space: string, change: Partial<Pick<Pod, 'spec' | 'status'>> = {}): Pod {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: `${app}-abc`, namespace: space, labels: { app } },
    spec: { containers: [{ name: 'app' }, { name: 'istio-proxy' }] },
    status: {
      phase: 'Running',
      containerStatuses: ['app', 'istio-proxy'].map((name) => ({
        name,
        ready: true,
        restartCount: 0,
        state: { running: {} },
      })),
    },
    ...change,
  };
}

export function ingress(change: Partial<Pick<Service, 'spec' | 'status'>> = {}): Service {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: {
      name: 'istio-ingressgateway',
      namespace: 'istio-system',
      labels: { istio: 'ingressgateway' },
    },
    spec: {
      selector: { istio: 'ingressgateway' },
      type: 'LoadBalancer',
      ports: [
        { name: 'status-port', port: 15021, targetPort: 15021 },
        { name: 'http2', port: 80, targetPort: 8080, nodePort: 30080 },
      ],
    },
    ...change,
  };
}

/** A warning about an object, as Kubernetes' controllers write it. */
export function warning(
  about: { kind: string; name: string; namespace?: string },
  reason: string,
  message: string,
  lastTimestamp = '2026-01-01T00:00:00Z',
): KubeObject {
  const { kind, name, namespace = 'default' } = about;
  const event = { type: 'Warning', reason, message, lastTimestamp, involvedObject: { kind, name } };
  const metadata = { name: `${name}.${reason}.${lastTimestamp}.${message}`, namespace };
  return { apiVersion: 'v1', kind: 'Event', metadata, ...event };
}

/** An object with the mark of a run of Sluice, as what a ledger lists has it. */
export function made<T extends KubeObject>(object: T): T {
  const annotations = { ...object.metadata.annotations, [createdByAnnotation]: 'rollout/x@earlier' };
  return { ...object, metadata: { ...object.metadata, annotations } };
}
