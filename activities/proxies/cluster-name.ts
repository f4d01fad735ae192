import type { Backends } from '../../domain/backends.ts';

/** Istio's name of an upstream cluster, taken apart: `outbound|9080|v1|reviews.default.svc.cluster.local`. */
export interface ClusterName {
  readonly port: string;
  /** Empty for the whole service. */
  readonly subset: string;
}

/** Start of a Service's full name; what follows is the cluster domain, which is not always `cluster.local`. */
export function fullNamePrefix(host: string, namespace: string): string {
  return `${host}.${namespace}.svc.`;
}

/** The port and subset that a cluster's name stands for; null when it is not of that service, or not outbound. */
export function readClusterName(name: string, prefix: string): ClusterName | null {
  const [direction, port, subset, fullName] = name.split('|');
  if (direction !== 'outbound' || fullName?.startsWith(prefix) !== true) return null;
  return { port: port ?? '', subset: subset ?? '' };
}

/** Reads the names of a service's clusters: its own, and those of Services that single versions of it have. */
export function clusterReader(
  host: string,
  namespace: string,
  backends: Backends = {},
): (name: string) => ClusterName | null {
  const versions = Object.entries(backends).map(
    ([service, subset]) => [fullNamePrefix(service, namespace), subset] as const,
  );
  return (name) => {
    const own = readClusterName(name, fullNamePrefix(host, namespace));
    if (own !== null) return own;
    for (const [prefix, subset] of versions) {
      const read = readClusterName(name, prefix);
      if (read !== null) return { ...read, subset };
    }
    return null;
  };
}

/**
 * Envoy's `name_regex` for the clusters of a namespace's services. Not of the wanted services alone: Envoy refuses an
 * expression of more than a hundred steps (`re2.max_program_size`), which the names of a few services exceed.
 * @param subset expression for the names of subsets; empty for services without regard to versions
 */
export function clustersOf(namespace: string, subset: string): string {
  return encodeURIComponent(`^outbound\\|[0-9]+\\|${subset}\\|[^.]+\\.${namespace}\\.svc\\..*`);
}
