import { istioNamespace } from '../../domain/istio.ts';
import { balancerHost, httpUrl } from '../../domain/load-balancer.ts';
import type { ClusterClient } from '../kubernetes/client.ts';
import type { Node, Service } from '../kubernetes/object.ts';

const ingressName = 'istio-ingressgateway';

type Port = NonNullable<Service['spec']['ports']>[number];

/** The Service of Istio's ingress gateway; null where the mesh has none. */
export async function readIngress(client: ClusterClient): Promise<Service | null> {
  return client.read<Service>({
    apiVersion: 'v1',
    kind: 'Service',
    name: ingressName,
    namespace: istioNamespace,
  });
}

/** The gateway's port for plain HTTP, by the names that Istio's charts give it, else number 80. */
export function httpPort({ spec }: Service): Port | null {
  const ports = spec.ports ?? [];
  const named = ports.find(({ name }) => name === 'http2' || name === 'http');
  return named ?? ports.find(({ port }) => port === 80) ?? null;
}

/** The port that the gateway's proxy itself listens on; null where the Service does not say it in figures. */
export function proxyPort(service: Service): number | null {
  const targetPort = httpPort(service)?.targetPort;
  return typeof targetPort === 'number' ? targetPort : null;
}

/**
 * Base URL of the ingress gateway seen from outside: host name of the load balancer, its IP, then a node's address and
 * the node port. What is missing in words where there is none yet.
 */
export async function ingressAddress(client: ClusterClient): Promise<{ url: string } | { missing: string }> {
  const service = await readIngress(client);
  if (service === null) return { missing: `there is no Service ${ingressName} in ${istioNamespace}` };
  const port = httpPort(service);
  if (port === null) return { missing: `Service ${ingressName} has no port for HTTP` };
  const host = balancerHost(service);
  if (host !== null) return { url: httpUrl(host, port.port) };
  const node = port.nodePort === undefined ? null : nodeAddress(await client.list<Node>('v1', 'Node'));
  if (node === null || port.nodePort === undefined)
    return { missing: `Service ${ingressName} has no address yet` };
  return { url: httpUrl(node, port.nodePort) };
}

function nodeAddress(nodes: readonly Node[]): string | null {
  const addresses = nodes.flatMap(({ status }) => status?.addresses ?? []);
  const external = addresses.find(({ type }) => type === 'ExternalIP');
  return (external ?? addresses.find(({ type }) => type === 'InternalIP'))?.address ?? null;
}
