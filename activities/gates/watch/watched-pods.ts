import type { ServiceSpec } from '../../../domain/spec/document.ts';
import type { ClusterClient, Pod, Service } from '../../kubernetes/index.ts';
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
  const podsOf = podReader(client, namespace);
  const lookAt = async (service: ServiceSpec) => {
    const pods = await podsOf(service.host);
    const known = identities.get(service.host) ?? [];
    if (pods !== null) identities.set(service.host, identitiesWithPods(known, service.subsets, pods));
    return [service.host, pods] as const;
  };
  return {
    counted: () => services.map((service) => countedService(service, identities.get(service.host) ?? [])),
    look: async () => new Map(await Promise.all(services.map(lookAt))),
  };
}

/** How long a Service's selector is taken to be as it was read, in ms: somebody changes it once in its life. */
const serviceAge = 30_000;

/** Lists the pods behind Services, each of which is read now and then. */
function podReader(client: ClusterClient, namespace: string): (host: string) => Promise<Pod[] | null> {
  const services = new Map<string, { readonly service: Service | null; readonly at: number }>();
  return async (host) => {
    let known = services.get(host);
    if (known === undefined || performance.now() > known.at + serviceAge) {
      known = { service: await readService(client, namespace, host), at: performance.now() };
      services.set(host, known);
    }
    return known.service === null ? null : podsBehind(client, known.service);
  };
}
