import type { IngressSelector } from '../../domain/ingress.ts';
import { balancerHost, httpUrl } from '../../domain/load-balancer.ts';
import type { ClusterClient } from '../kubernetes/client.ts';
import { warningsOf } from '../kubernetes/events.ts';
import { describeRef, refOf, type Node, type Service } from '../kubernetes/object.ts';
import { findIngress } from '../mesh/ingress-gateway.ts';

/** Base URL of a gateway, or why nobody can tell it, in words. */
export type Address =
  /** `lack` says what is missing where that is but a makeshift; null where nothing is. */
  { readonly url: string; readonly lack: string | null } | { readonly missing: string };

type Port = NonNullable<Service['spec']['ports']>[number];

/** The gateway's port for plain HTTP, by the names that Istio's charts give it, else number 80. */
function httpPort({ spec }: Service): Port | null {
  const ports = spec.ports ?? [];
  const named = ports.find(({ name }) => name === 'http2' || name === 'http');
  return named ?? ports.find(({ port }) => port === 80) ?? null;
}

/** The mesh's own gateway as a Gateway has to name it. */
export interface GatewayDoor {
  /** Port of its Service; absent where it has none for HTTP. */
  readonly service?: number;
  /** Port that its proxy listens on; absent where its Service does not say it in figures. */
  readonly proxy?: number;
  /** Labels of its pods; absent where the mesh has no gateway. */
  readonly selector?: Readonly<Record<string, string>>;
}

/**
 * Where the mesh's own gateway takes plain HTTP.
 * @param client of the cluster
 */
export async function gatewayDoor(client: ClusterClient): Promise<GatewayDoor> {
  const found = await findIngress(client, null);
  if (!('service' in found)) return {};
  const { service } = found;
  const { istio } = service.spec.selector ?? {};
  const selector = istio === undefined ? {} : { selector: { istio } };
  const port = httpPort(service);
  if (port === null) return selector;
  const { targetPort } = port;
  return { ...selector, service: port.port, ...(typeof targetPort === 'number' && { proxy: targetPort }) };
}

/**
 * Base URL of the ingress gateway seen from outside: host name of the load balancer, its IP, then a node's address and
 * the node port. What is missing in words where there is none yet.
 * @param client of the cluster
 * @param selector of the Gateway that the application is behind; null for whichever gateway the mesh has
 */
export async function ingressAddress(
  client: ClusterClient,
  selector: IngressSelector | null,
): Promise<Address> {
  const found = await findIngress(client, selector);
  if (!('service' in found)) return found;
  const { service } = found;
  const name = describeRef(refOf(service));
  const port = httpPort(service);
  if (port === null) return { missing: `${name} has no port for HTTP` };
  const host = balancerHost(service);
  if (host !== null) return { url: httpUrl(host, port.port), lack: null };
  const lack = [`${name} has no address yet`, ...(await warningsOf(client, refOf(service)))];
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
