/** Domain of Services that several clusters have together (the Multi-Cluster Services API): another host than the mesh's own. */
const clusterSetDomain = 'clusterset.local';

/** A Service, and its namespace. */
export interface ServiceName {
  readonly host: string;
  readonly namespace: string;
}

/**
 * Whether a host, as an Istio object names it, is the Service of that name in the namespace. Istio reads a short name as
 * one in the object's own namespace. A full name ends with the mesh's domain, which need not be `cluster.local`.
 * @param from namespace of the object that names the host
 */
export function isSameHost(given: string, service: string, namespace: string, from = namespace): boolean {
  if (given === service) return from === namespace;
  const short = `${service}.${namespace}`;
  if (given === short || given === `${short}.svc`) return true;
  return given.startsWith(`${short}.svc.`) && !given.endsWith(clusterSetDomain);
}

/** Whether a host is the Service in all clusters of a set: its requests follow no subset of this cluster's Service. */
export function isClusterSetHost(given: string, { host, namespace }: ServiceName): boolean {
  return given === `${host}.${namespace}.svc.${clusterSetDomain}`;
}

/** Whether a wildcard such as `*.default.svc.cluster.local` or `*.local` takes in the Service's full name. */
export function isWildcardFor(given: string, { namespace }: ServiceName): boolean {
  if (!given.startsWith('*') || given.endsWith(clusterSetDomain)) return false;
  const suffix = given.slice(1);
  if (suffix.includes('.svc.')) return suffix.startsWith(`.${namespace}.svc.`) || suffix.startsWith('.svc.');
  return `.${namespace}.svc.cluster.local`.endsWith(suffix);
}
