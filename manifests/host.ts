/** Ways to write a Service's name, from the short one to the full one. */
function spellings(service: string, namespace: string): string[] {
  const short = `${service}.${namespace}`;
  return [service, short, `${short}.svc`, `${short}.svc.cluster.local`];
}

/**
 * Whether a host, as an Istio object in the namespace names it, is the Service of that name there.
 * Istio reads a short name as one in the object's own namespace.
 */
export function isSameHost(given: string, service: string, namespace: string): boolean {
  return spellings(service, namespace).includes(given);
}
