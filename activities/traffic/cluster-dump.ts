import type { ServiceSpec } from '../../domain/spec/document.ts';
import { fullNamePrefix, readClusterName } from './cluster-name.ts';

/** The part of Envoy's `DynamicCluster` that the query leaves. */
interface ClusterDump {
  readonly cluster?: { readonly name?: string };
}

/**
 * Query for the names of a namespace's clusters that are in use: those that are still warming up are not listed. Not of
 * the wanted services alone: Envoy refuses an expression of more than a hundred steps (`re2.max_program_size`), which
 * the names of a few services exceed.
 */
export function clusterQuery(namespace: string): string {
  const names = encodeURIComponent(`^outbound\\|[0-9]+\\|[^|]*\\|[^.]+\\.${namespace}\\.svc\\..*`);
  return `resource=dynamic_active_clusters&mask=cluster.name&name_regex=${names}`;
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
