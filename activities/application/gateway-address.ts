import type { IGateway } from '@kubernetes-models/gateway-api/gateway.networking.k8s.io/v1/Gateway';
import { balancerHost, httpUrl } from '../../domain/load-balancer.ts';
import type { ObjectRef } from '../../domain/rollout.ts';
import { gatewayNameLabel } from '../../domain/routing.ts';
import { describeRef, type ClusterClient, type KubeObject, type Service } from '../kubernetes/index.ts';
import { nodeUrl, type Address } from './ingress.ts';

type Gateway = KubeObject & Pick<IGateway, 'spec' | 'status'>;

/**
 * Base URL of a Gateway seen from outside: a host name, an IP, then a node's address and the node port. Where a Service
 * was deployed for it, that tells them, for a Gateway's own addresses may be ones inside the cluster; else the
 * Gateway's status does. What is missing in words where there is none yet.
 */
export async function gatewayAddress(client: ClusterClient, ref: ObjectRef): Promise<Address> {
  const gateway = await client.read<Gateway>(ref);
  const port = gateway?.spec.listeners.find(({ protocol }) => protocol === 'HTTP')?.port;
  if (gateway === null || port === undefined) return { missing: `there is no ${describeRef(ref)} for HTTP` };
  const service = await deployedService(client, ref);
  const host = service === null ? hostOf(gateway) : balancerHost(service);
  if (host !== null) return { url: httpUrl(host, port), lack: null };
  const lack = `${describeRef(ref)} has no address yet${reasonOf(gateway)}`;
  const listener = service?.spec.ports?.find((one) => one.port === port);
  if (service === null || listener === undefined) return { missing: lack };
  return nodeUrl(client, service, listener, lack);
}

/** An address without a type is an IP (the type's default). */
function hostOf({ status }: Gateway): string | null {
  const addresses = status?.addresses ?? [];
  const name = addresses.find(({ type }) => type === 'Hostname');
  return (name ?? addresses.find(({ type = 'IPAddress' }) => type === 'IPAddress'))?.value ?? null;
}

/** Null where people brought the gateway's proxy themselves. */
async function deployedService(
  client: ClusterClient,
  { name, namespace }: ObjectRef,
): Promise<Service | null> {
  const labelSelector = `${gatewayNameLabel}=${name}`;
  const services = await client.list<Service>('v1', 'Service', {
    namespace: namespace ?? 'default',
    labelSelector,
  });
  return services[0] ?? null;
}

/** Why the Gateway is not programmed, in its controller's words. */
function reasonOf({ status }: Gateway): string {
  const failed = status?.conditions?.find((one) => one.status === 'False');
  return failed === undefined ? '' : `: ${failed.reason}, ${failed.message}`;
}
