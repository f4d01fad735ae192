import type { IgnoredRoute } from '../../../domain/routing.ts';
import { isHttp } from '../../../manifests/gateway-api/version-service.ts';
import { describeRef, type Service } from '../../kubernetes/index.ts';
import { invalidTarget } from '../failure.ts';

/** By which a Service has its requests pass a waypoint, whose routes are not written. */
const waypointLabel = 'istio.io/use-waypoint';

/**
 * Refuses Services whose requests no weight splits: without load balancing by the mesh, behind a waypoint, on ports that
 * are not HTTP, as far as the spec does not leave those alone. Fails with `InvalidTarget`, not retryable.
 */
export function refuseService(service: Service, ignore: readonly IgnoredRoute[] = []): void {
  const reason = kindReason(service) ?? portReason(service, ignore);
  if (reason !== null)
    throw invalidTarget(`${describeRef({ kind: 'Service', ...service.metadata })} ${reason}`);
}

function kindReason({ metadata, spec }: Service): string | null {
  if (spec.type === 'ExternalName')
    return 'is an ExternalName: callers leave the mesh by another name, and no weight splits their requests; name a Service with pods';
  if (spec.clusterIP === 'None')
    return 'is headless: callers choose a pod themselves, and no weight splits their requests; give it a cluster IP';
  const waypoint = metadata.labels?.[waypointLabel];
  if (waypoint !== undefined && waypoint !== 'none')
    return `has its requests pass waypoint ${waypoint} (ambient mode): weights are given to sidecars and gateways alone`;
  return null;
}

function portReason({ metadata, spec }: Service, ignore: readonly IgnoredRoute[]): string | null {
  const isLeft = (port: number) =>
    ignore.some(
      (entry) =>
        entry.kind === 'Service' &&
        entry.name === metadata.name &&
        entry.namespace === (metadata.namespace ?? 'default') &&
        entry.port === port,
    );
  const { ports = [] } = spec;
  if (ports.length > 0 && !ports.some(isHttp))
    return 'has no port for HTTP: weights split requests of HTTP and gRPC alone';
  const other = ports.find((port) => !isHttp(port) && !isLeft(port.port));
  if (other === undefined) return null;
  return (
    `has port ${other.port} (${other.appProtocol ?? other.name ?? other.protocol ?? 'TCP'}), which is not HTTP: its connections reach ` +
    `all versions, whatever the weights; leave it alone with spec.routing.ignore: [{ kind: Service, name: ${metadata.name}, port: ${other.port} }]`
  );
}
