import { isHttp } from '../../../manifests/gateway-api/version-service.ts';
import type { ClusterClient, KubeObject, Service } from '../../kubernetes/index.ts';
import type { Router } from './router.ts';

/** What there is at one moment. */
export interface Routing {
  /** Of all namespaces: one elsewhere may lead to a service by its full name. */
  readonly all: readonly KubeObject[];
  /** HTTP ports of the namespace's Services, by name; empty where the API does not go by ports. */
  readonly ports: Readonly<Record<string, readonly number[]>>;
}

/** Reads all routes, and what has to be known to make some; at once, because an abort waits for it. */
export async function readRouting(
  client: ClusterClient,
  router: Router,
  namespace: string,
): Promise<Routing> {
  const [all, services] = await Promise.all([
    client.list(router.apiVersion, router.kind),
    router.kind === 'HTTPRoute' ? client.list<Service>('v1', 'Service', { namespace }) : [],
  ]);
  const ports = services.map(({ metadata, spec }) => [metadata.name, httpPorts(spec)] as const);
  return { all, ports: Object.fromEntries(ports) };
}

function httpPorts({ ports = [] }: Service['spec']): number[] {
  return ports.filter(isHttp).map(({ port }) => port);
}
