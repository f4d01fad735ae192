/** What somebody should know of VirtualServices that are steered. */
import type { SteeredService } from '../../../manifests/destinations.ts';
import { isForEverybody } from '../../../manifests/recorded-routes.ts';
import { labelOf, routesTo } from '../../../manifests/virtual-service.ts';
import { delegationsOf, isDelegate, isTo } from './delegates.ts';
import { gatewaysOf, hostsOf, isPublic, takesHost } from './mesh-hosts.ts';
import type { VirtualService } from './routing-object.ts';

/**
 * @param own those that route the service
 * @param all every one
 */
export function warningsOf(
  own: readonly VirtualService[],
  service: SteeredService,
  all: readonly VirtualService[],
): string[] {
  return [
    ...own.flatMap((object) => exportWarning(object, service) ?? []),
    ...own.flatMap((object) => rootWarning(object, all) ?? []),
    ...sharedHosts(own, service, all),
  ];
}

function exportWarning(object: VirtualService, service: SteeredService): string | null {
  if (isPublic(object) || !takesHost(object, service)) return null;
  const to = (object.spec?.exportTo ?? []).join(', ');
  return `${labelOf(object)} is exported to ${to} alone: callers of ${service.host} in other namespaces do not follow its weights`;
}

function rootWarning(object: VirtualService, all: readonly VirtualService[]): string | null {
  if (!isDelegate(object) || all.flatMap(delegationsOf).some((delegation) => isTo(object, delegation)))
    return null;
  return `${labelOf(object)} has no hosts, and no VirtualService delegates to it: it routes nothing`;
}

/** At a gateway Istio puts the routes of both together, in an order that it does not promise. */
function sharedHosts(
  own: readonly VirtualService[],
  service: SteeredService,
  all: readonly VirtualService[],
): string[] {
  return own.flatMap((object) =>
    all
      .filter(
        (other) => other !== object && (!own.includes(other) || all.indexOf(other) > all.indexOf(object)),
      )
      .filter((other) => shareHost(object, other) && hasRouteForEverybody(other))
      .map(
        (other) =>
          `${labelOf(object)} and ${labelOf(other)} have the same host at one gateway: which of them decides for ` +
          `requests that both take is not defined${routesTo(other, service) ? '' : `, and the second does not lead to ${service.host}`}`,
      ),
  );
}

function shareHost(one: VirtualService, other: VirtualService): boolean {
  const gateways = gatewaysOf(one);
  return (
    gatewaysOf(other).some((gateway) => gateways.includes(gateway)) &&
    hostsOf(other).some((host) => hostsOf(one).includes(host))
  );
}

function hasRouteForEverybody({ spec }: VirtualService): boolean {
  return (spec?.http ?? []).some(isForEverybody);
}
