import { isSameHost } from '../../../manifests/host.ts';
import { namespaceOf } from '../../../manifests/virtual-service.ts';
import type { VirtualService } from './routing-object.ts';

/** How VirtualServices name the sidecars, as opposed to gateways. */
const meshGateway = 'mesh';

/** Whether a VirtualService routes the requests inside the mesh of the service in the namespace. */
export function routesHost(object: VirtualService, host: string, namespace: string): boolean {
  const gateways = object.spec?.gateways ?? [];
  const inMesh = gateways.length === 0 || gateways.includes(meshGateway);
  return inMesh && (object.spec?.hosts ?? []).some((given) => means(object, given, host, namespace));
}

/** A short name means a service of the object's own namespace. */
function means(object: VirtualService, given: string, host: string, namespace: string): boolean {
  return isSameHost(given, host, namespace) && (given !== host || namespaceOf(object) === namespace);
}
