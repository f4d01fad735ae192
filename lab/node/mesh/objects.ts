import { egressAddress, nodeAddress } from '../addresses.ts';
import type { Pod } from '../api/models.ts';
import { meshNamespace, podLabel } from '../options.ts';
import { statsAccessLog } from '../telemetry/access-tags.ts';
import { podLabelValue } from './selector.ts';

/** An Istio object the agent keeps in the API. */
export interface MeshObject {
  apiVersion: string;
  kind: 'Sidecar' | 'EnvoyFilter' | 'WorkloadEntry';
  metadata: { name: string; namespace: string; ownerReferences?: object[]; labels?: Record<string, string> };
  spec: object;
}

/** Port on which the sidecars take in-mesh requests. */
const meshPort = 9080;

/** The label says that a proxy in front of the pod ends mTLS: none does here. */
const tlsModeLabel = 'security.istio.io/tlsMode';

/** Publishes a ready pod as a destination: the API refuses EndpointSlices with loopback addresses. */
export function workloadEntry(pod: Pod, address: string): MeshObject {
  const labels = Object.entries(pod.metadata?.labels ?? {}).filter(([name]) => name !== tlsModeLabel);
  const ports = (pod.spec?.containers ?? [])
    .filter(({ name }) => name !== 'istio-proxy')
    .flatMap((container) => container.ports ?? [])
    .flatMap(({ name, containerPort }) => (name === undefined ? [] : [[name, containerPort] as const]));
  const account = pod.spec?.serviceAccountName ?? 'default';
  const spec = {
    address,
    labels: Object.fromEntries(labels),
    ports: Object.fromEntries(ports),
    serviceAccount: account,
  };
  return { ...head('WorkloadEntry', pod), spec };
}

/** Gives the sidecar of one pod a listener on an address of its own. */
export function podSidecar(pod: Pod, address: string): MeshObject {
  const port = { number: meshPort, protocol: 'HTTP', name: 'http' };
  const egress = [{ port, bind: egressAddress(address), captureMode: 'NONE', hosts: ['./*'] }];
  const workloadSelector = { labels: { [podLabel]: podLabelValue(pod) } };
  return { ...head('Sidecar', pod), spec: { workloadSelector, egress } };
}

/** Keeps the listeners of one gateway pod on the pod's address. */
export function gatewayFilter(pod: Pod, address: string): MeshObject {
  const workloadSelector = { labels: { [podLabel]: podLabelValue(pod) } };
  return { ...head('EnvoyFilter', pod), spec: { workloadSelector, ...bindGatewayTo(address) } };
}

/**
 * What holds for a proxy until istiod has seen the objects of its pod: a sidecar listens nowhere, a gateway on the
 * node's loopback address. Without them each would listen where Istio's defaults say, a gateway on every address.
 */
export function loopbackDefaults(block: string): MeshObject[] {
  const metadata = { name: 'sluice-lab-default', namespace: meshNamespace };
  return [
    { apiVersion, kind: 'Sidecar', metadata, spec: { egress: [{ hosts: ['~/*'] }] } },
    {
      apiVersion: filterVersion,
      kind: 'EnvoyFilter',
      metadata,
      // Before the filters of single pods, which have priority 0.
      spec: { priority: -10, ...bindGatewayTo(nodeAddress(block)) },
    },
    istioMetrics,
  ];
}

const apiVersion = 'networking.istio.io/v1';
const filterVersion = 'networking.istio.io/v1alpha3';

/** Has the proxies that call count requests under Istio's names. */
const istioMetrics: MeshObject = {
  apiVersion: filterVersion,
  kind: 'EnvoyFilter',
  metadata: { name: 'sluice-lab-metrics', namespace: meshNamespace },
  spec: { configPatches: ['SIDECAR_OUTBOUND', 'GATEWAY'].map(countRequests) },
};

function countRequests(context: string): object {
  const filter = { name: 'envoy.filters.network.http_connection_manager' };
  const type =
    'type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager';
  return {
    applyTo: 'NETWORK_FILTER',
    match: { context, listener: { filterChain: { filter } } },
    patch: {
      operation: 'MERGE',
      value: { typed_config: { '@type': type, access_log: [statsAccessLog] } },
    },
  };
}

function bindGatewayTo(address: string): object {
  const value = { address: { socket_address: { address } } };
  const patch = { operation: 'MERGE', value };
  return { configPatches: [{ applyTo: 'LISTENER', match: { context: 'GATEWAY' }, patch }] };
}

/** Name of the objects of one pod; istiod takes a WorkloadEntry's for the name of its workload. */
export function objectName(pod: string): string {
  return `${pod}-lab`;
}

function head(kind: MeshObject['kind'], pod: Pod): Pick<MeshObject, 'apiVersion' | 'kind' | 'metadata'> {
  const { name = '', namespace = '', uid = '' } = pod.metadata ?? {};
  // Owned by the pod, so that the garbage collector removes what a killed agent left.
  const ownerReferences = [{ apiVersion: 'v1', kind: 'Pod', name, uid }];
  return {
    apiVersion: kind === 'EnvoyFilter' ? filterVersion : apiVersion,
    kind,
    metadata: { name: objectName(name), namespace, ownerReferences },
  };
}
