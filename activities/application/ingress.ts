import { istioNamespace } from '../../domain/istio.ts';
import { balancerHost, httpUrl } from '../../domain/load-balancer.ts';
import type { ClusterClient } from '../kubernetes/client.ts';
import { warningsOf } from '../kubernetes/events.ts';
import { refOf, type Node, type Service } from '../kubernetes/object.ts';

const ingressName = 'istio-ingressgateway';

/** Base URL of a gateway, or why nobody can tell it, in words. */
export type Address =
  /** `lack` says what is missing where that is but a makeshift; null where nothing is. */
  { readonly url: string; readonly lack: string | null } | { readonly missing: string };

type Port = NonNullable<Service['spec']['ports']>[number];

/** The Service of Istio's ingress gateway; null where the mesh has none. */
async function readIngress(client: ClusterClient): Promise<Service | null> {
  return client.read<Service>({
    apiVersion: 'v1',
    kind: 'Service',
    name: ingressName,
    namespace: istioNamespace,
  });
}

/** The gateway's port for plain HTTP, by the names that Istio's charts give it, else number 80. */
function httpPort({ spec }: Service): Port | null {
  const ports = spec.ports ?? [];
  const named = ports.find(({ name }) => name === 'http2' || name === 'http');
  return named ?? ports.find(({ port }) => port === 80) ?? null;
}

/**
 * Where the mesh's own gateway takes plain HTTP: the port of its Service, and the one that its proxy listens on. Absent
 * where the mesh has no gateway, or its Service does not say it in figures.
 */
export async function gatewayPorts(client: ClusterClient): Promise<{ service?: number; proxy?: number }> {
  const ingress = await readIngress(client);
  const port = ingress === null ? null : httpPort(ingress);
  if (port === null) return {};
  const { targetPort } = port;
  return { service: port.port, ...(typeof targetPort === 'number' && { proxy: targetPort }) };
}

/**
 * Base URL of the ingress gateway seen from outside: host name of the load balancer, its IP, then a node's address and
 * the node port. What is missing in words where there is none yet.
 */
export async function ingressAddress(client: ClusterClient): Promise<Address> {
  const service = await readIngress(client);
  if (service === null) return { missing: `there is no Service ${ingressName} in ${istioNamespace}` };
  const port = httpPort(service);
  if (port === null) return { missing: `Service ${ingressName} has no port for HTTP` };
  const host = balancerHost(service);
  if (host !== null) return { url: httpUrl(host, port.port), lack: null };
  const lack = [`Service ${ingressName} has no address yet`, ...(await warningsOf(client, refOf(service)))];
  return nodeUrl(client, service, port, lack.join(', '));
}

/**
 * The last resort: a node's address, and the port of the Service there.
 * @param lack why there is nothing better, in words
 */
export async function nodeUrl(
  client: ClusterClient,
  { spec }: Service,
  { nodePort }: Port,
  lack: string,
): Promise<Address> {
  const node = nodePort === undefined ? null : nodeAddress(await client.list<Node>('v1', 'Node'));
  if (node === null || nodePort === undefined) return { missing: lack };
  return { url: httpUrl(node, nodePort), lack: spec.type === 'LoadBalancer' ? lack : null };
}

function nodeAddress(nodes: readonly Node[]): string | null {
  const addresses = nodes.flatMap(({ status }) => status?.addresses ?? []);
  const external = addresses.find(({ type }) => type === 'ExternalIP');
  return (external ?? addresses.find(({ type }) => type === 'InternalIP'))?.address ?? null;
}
