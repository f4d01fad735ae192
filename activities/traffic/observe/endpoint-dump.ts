import { clustersOf, fullNamePrefix, readClusterName } from '../../proxies/cluster-name.ts';
import type { PlannedService } from '../subsets/version-services/plan.ts';

/** The part of Envoy's `DynamicEndpointConfig` that says which endpoints a cluster has. */
interface EndpointDump {
  readonly endpoint_config?: {
    readonly cluster_name?: string;
    readonly endpoints?: readonly { readonly lb_endpoints?: readonly unknown[] }[];
  };
}

/** Query for the endpoints of a namespace's Services. */
export function endpointQuery(namespace: string): string {
  return `include_eds&resource=dynamic_endpoint_configs&name_regex=${clustersOf(namespace, '')}`;
}

/**
 * Versions that a proxy cannot send to yet, as in `lacks reviews v2 (port 9080)`; null when none. A version without ready
 * pods has no endpoints anywhere; a proxy that does not know a service at all does not call it.
 */
export function endpointLack(
  dump: readonly unknown[],
  planned: readonly PlannedService[],
  namespace: string,
): string | null {
  const lacks = planned.flatMap(({ host, subset, serves, manifest }) => {
    const known = endpointsOf(dump, host, namespace);
    const own = endpointsOf(dump, manifest.metadata.name, namespace);
    const ports = (manifest.spec.ports ?? []).map(({ port }) => `${port}`);
    return ports
      .filter((port) => known.has(port) && !(own.has(port) && (!serves || (own.get(port) ?? 0) > 0)))
      .map((port) => `${host} ${subset} (port ${port})`);
  });
  return lacks.length === 0 ? null : `lacks ${lacks.join(', ')}`;
}

/** How many endpoints a proxy has of a Service, by port. */
function endpointsOf(dump: readonly unknown[], service: string, namespace: string): Map<string, number> {
  const prefix = fullNamePrefix(service, namespace);
  return new Map(
    (dump as EndpointDump[]).flatMap(({ endpoint_config: config }) => {
      const cluster = readClusterName(config?.cluster_name ?? '', prefix);
      if (cluster?.subset !== '') return [];
      const endpoints = config?.endpoints ?? [];
      const count = endpoints.reduce((sum, { lb_endpoints = [] }) => sum + lb_endpoints.length, 0);
      return [[cluster.port, count] as const];
    }),
  );
}
