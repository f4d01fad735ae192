/** Which VirtualServices take the requests inside the mesh to a service: those that name its host. */
import { isSameHost, isWildcardFor, type ServiceName } from '../../../manifests/host.ts';
import { namespaceOf } from '../../../manifests/virtual-service.ts';
import type { VirtualService } from './routing-object.ts';

/** How VirtualServices name the sidecars, as opposed to gateways. */
const meshGateway = 'mesh';

/** Whether a VirtualService takes the requests inside the mesh to the service: sidecars follow it whatever it says. */
export function takesHost(object: VirtualService, { host, namespace }: ServiceName): boolean {
  const from = namespaceOf(object);
  return isInMesh(object) && hostsOf(object).some((given) => isSameHost(given, host, namespace, from));
}

/**
 * The VirtualService by whose wildcard the requests inside the mesh to the service go, the most specific one; null for
 * none. One that names the service's own host takes them from it.
 */
export function wildcardFor(all: readonly VirtualService[], service: ServiceName): VirtualService | null {
  const found = all
    .filter(isInMesh)
    .map((object) => ({
      object,
      host: longest(hostsOf(object).filter((host) => isWildcardFor(host, service))),
    }))
    .filter(({ host }) => host !== '')
    .sort((one, other) => other.host.length - one.host.length);
  return found[0]?.object ?? null;
}

/** Whether callers of a namespace see the object; by default all do. */
export function isExportedTo(object: VirtualService, namespace: string): boolean {
  const to = object.spec?.exportTo ?? [];
  if (to.length === 0 || to.includes('*') || to.includes(namespace)) return true;
  return to.includes('.') && namespaceOf(object) === namespace;
}

/** Whether callers of all namespaces see the object. */
export function isPublic({ spec }: VirtualService): boolean {
  const to = spec?.exportTo ?? [];
  return to.length === 0 || to.includes('*');
}

/** Gateways that a VirtualService is bound to, the mesh's sidecars not counted. */
export function gatewaysOf(object: VirtualService): string[] {
  const from = namespaceOf(object);
  return (object.spec?.gateways ?? [])
    .filter((gateway) => gateway !== meshGateway)
    .map((gateway) => (gateway.includes('/') ? gateway : `${from}/${gateway}`));
}

/** Hosts of a VirtualService; a delegate has none. */
export function hostsOf({ spec }: VirtualService): readonly string[] {
  return spec?.hosts ?? [];
}

function isInMesh(object: VirtualService): boolean {
  const { gateways = [] } = object.spec ?? {};
  return hostsOf(object).length > 0 && (gateways.length === 0 || gateways.includes(meshGateway));
}

function longest(hosts: readonly string[]): string {
  return hosts.reduce((found, host) => (host.length > found.length ? host : found), '');
}
