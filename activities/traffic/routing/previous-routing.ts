import type { KubeObject } from '../../kubernetes/index.ts';
import type { RecordedRouting, Router } from './router.ts';
import { isSteeredHere } from './steering-mark.ts';

/** Where the requests of services were led before a run changed it, by host. A host that nothing routed is absent. */
export type PreviousRouting = Readonly<Record<string, readonly RecordedRouting[]>>;

/**
 * Records where the hosts' requests are led. An object that this run steers already is left out: what an attempt that
 * was lost wrote is not what was there before.
 */
export function recordRouting(
  router: Router,
  all: readonly KubeObject[],
  hosts: readonly string[],
): PreviousRouting {
  const entries = hosts.map((host) => {
    const own = all.filter((object) => router.routesHost(object, host) && !isSteeredHere(object));
    return [host, own.map((object) => router.record(object, host))] as const;
  });
  return Object.fromEntries(entries.filter(([, routing]) => routing.length > 0));
}
