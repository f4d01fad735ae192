import { recordRoutes, type RecordedRoute } from '../../manifests/recorded-routes.ts';
import { routesHost } from './routed-hosts.ts';
import type { VirtualService } from './routing-object.ts';
import { isSteeredHere } from './steering-mark.ts';

/** Where the routes of one VirtualService led. */
export interface RecordedRouting {
  readonly virtualService: string;
  readonly routes: readonly RecordedRoute[];
}

/** Where the requests of services were led before a run changed it, by host. A host that nothing routed is absent. */
export type PreviousRouting = Readonly<Record<string, readonly RecordedRouting[]>>;

/**
 * Records where the hosts' requests are led. A VirtualService that this run steers already is left out: what an
 * attempt that was lost wrote is not what was there before.
 */
export function recordRouting(
  all: readonly VirtualService[],
  hosts: readonly string[],
  namespace: string,
): PreviousRouting {
  const entries = hosts.map((host) => {
    const own = all.filter((object) => routesHost(object, host, namespace) && !isSteeredHere(object));
    const routing = own.map((object) => ({
      virtualService: object.metadata.name,
      routes: recordRoutes(object, host),
    }));
    return [host, routing] as const;
  });
  return Object.fromEntries(entries.filter(([, routing]) => routing.length > 0));
}

/** What was recorded of a host's routes in a VirtualService; nothing for one that came later. */
export function recordedOf(
  previous: PreviousRouting,
  host: string,
  virtualService: string,
): readonly RecordedRoute[] {
  return previous[host]?.find((record) => record.virtualService === virtualService)?.routes ?? [];
}
