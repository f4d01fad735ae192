import type { ServiceSpec } from '../../../domain/spec/document.ts';
import type { ClusterClient, Pod } from '../../kubernetes/index.ts';
import { podsBehind, readService } from '../../traffic/service-pods.ts';
import { identitiesByLabels, identitiesWithPods, type SubsetIdentity } from '../counters/identity.ts';
import { countedService, type CountedService } from '../counters/read-counters.ts';

/** The pods of the services of a stage, as far as they are known. */
export interface WatchedPods {
  /** The services as their requests are counted, with what is known of their pods by now. */
  readonly counted: () => readonly CountedService[];
  /** Looks at the pods of all services. @returns those of each service; null where they are not known */
  readonly look: () => Promise<ReadonlyMap<string, readonly Pod[] | null>>;
}

/** Knows subsets by their labels at first, and by their pods from the first look on. */
export function createWatchedPods(
  client: ClusterClient,
  namespace: string,
  services: readonly ServiceSpec[],
): WatchedPods {
  const identities = new Map<string, readonly SubsetIdentity[]>(
    services.map((service) => [service.host, identitiesByLabels(service)]),
  );
  const lookAt = async (service: ServiceSpec) => {
    const pods = await podsOf(client, namespace, service.host);
    const known = identities.get(service.host) ?? [];
    if (pods !== null) identities.set(service.host, identitiesWithPods(known, service.subsets, pods));
    return [service.host, pods] as const;
  };
  return {
    counted: () => services.map((service) => countedService(service, identities.get(service.host) ?? [])),
    look: async () => new Map(await Promise.all(services.map(lookAt))),
  };
}

async function podsOf(client: ClusterClient, namespace: string, host: string): Promise<Pod[] | null> {
  const service = await readService(client, namespace, host);
  return service === null ? null : podsBehind(client, service);
}
