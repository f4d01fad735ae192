import type { ServiceSpec } from '../../../domain/spec/document.ts';
import { clustersOf, fullNamePrefix, readClusterName } from '../../proxies/cluster-name.ts';

/** The part of Envoy's `DynamicCluster` that the query leaves. */
interface ClusterDump {
  readonly cluster?: { readonly name?: string };
}

/** Query for the names of a namespace's clusters that are in use: those that are still warming up are not listed. */
export function clusterQuery(namespace: string): string {
  return `resource=dynamic_active_clusters&mask=cluster.name&name_regex=${clustersOf(namespace, '[^|]*')}`;
}

/**
 * Subsets that a proxy cannot send to yet, as in `lacks reviews v2 (port 9080)`; null when none. A proxy that does
 * not know a service at all does not call it.
 */
export function clusterLack(
  dump: readonly unknown[],
  services: readonly ServiceSpec[],
  namespace: string,
): string | null {
  const names = (dump as ClusterDump[]).map(({ cluster }) => cluster?.name ?? '');
  const lacks = services.flatMap(({ host, subsets }) => {
    const prefix = fullNamePrefix(host, namespace);
    const clusters = names.flatMap((name) => readClusterName(name, prefix) ?? []);
    const ports = [...new Set(clusters.map(({ port }) => port))];
    const has = (port: string, subset: string) =>
      clusters.some((cluster) => cluster.port === port && cluster.subset === subset);
    return ports.flatMap((port) =>
      subsets.filter(({ name }) => !has(port, name)).map(({ name }) => `${host} ${name} (port ${port})`),
    );
  });
  return lacks.length === 0 ? null : `lacks ${lacks.join(', ')}`;
}
