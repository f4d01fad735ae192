import { Context } from '@temporalio/activity';
import { messageOf } from '../../../domain/message-of.ts';
import type { Weights } from '../../../domain/rollout.ts';
import type { ServiceSpec } from '../../../domain/spec/document.ts';
import { judgedSubsets } from '../../../domain/gates/targets.ts';
import { describeRef, podTroubles, type ClusterClient, type Pod } from '../../kubernetes/index.ts';
import { isReady, podsBehind, podsOfSubset, readService } from '../../traffic/service-pods.ts';
import { identitiesByLabels, identitiesWithPods, type SubsetIdentity } from '../counters/identity.ts';
import { countedService, type CountedService } from '../counters/read-counters.ts';
import { waitUntil } from './wait-until.ts';
import { detailsOf, type Watch } from './watch.ts';

/** Between two looks at the pods, in ms. */
const podInterval = 1_000;

/** Pods that a reason names. */
const named = 3;

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

/**
 * Looks at the candidates' pods again and again until the deadline. A candidate that has weight and no ready pod ends the
 * watch: every request to it fails.
 */
export async function watchPods(watch: Watch, deadline: number | null): Promise<void> {
  for (;;) {
    const at = watch.now() + podInterval;
    await waitUntil(deadline === null ? at : Math.min(at, deadline), watch);
    const failure = await lookAtPods(watch);
    if (failure !== null) {
      watch.podFailure = failure;
      Context.current().heartbeat(detailsOf(watch));
      watch.end();
    }
    if (deadline !== null && at >= deadline) return;
  }
}

/** @returns why a candidate can serve nobody; null where none is known */
export async function lookAtPods({ pods, input, signal }: Watch): Promise<string | null> {
  try {
    const seen = await pods.look();
    const failures = input.services.flatMap((service) => {
      const own = seen.get(service.host) ?? null;
      return own === null ? [] : deadSubsets(service, input.weights, own);
    });
    return failures.length === 0 ? null : failures.join('; ');
  } catch (error) {
    signal.throwIfAborted();
    // That says nothing of the pods; the proxies' counters still do.
    Context.current().log.warn(`cannot look at the pods of ${input.namespace}: ${messageOf(error)}`);
    return null;
  }
}

/** The stable version alone is not judged: there is nothing to go back to. */
function deadSubsets(service: ServiceSpec, weights: Weights, pods: readonly Pod[]): string[] {
  return judgedSubsets(service, weights)
    .filter(({ name }) => name !== service.stable)
    .flatMap((subset) => {
      const own = podsOfSubset(pods, subset);
      return own.some(isReady) ? [] : [`no pod of ${service.host} ${subset.name} is ready${troublesOf(own)}`];
    });
}

function troublesOf(pods: readonly Pod[]): string {
  if (pods.length === 0) return ': it has none';
  const troubles = pods.map(
    (pod) => podTroubles(pod)[0] ?? `${describeRef({ kind: 'pod', ...pod.metadata })} is not ready`,
  );
  const more = pods.length > named ? [`and ${pods.length - named} more`] : [];
  return `: ${[...troubles.slice(0, named), ...more].join('; ')}`;
}
