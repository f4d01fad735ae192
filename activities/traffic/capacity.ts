import { divertedSubsets, type Diversions } from '../../domain/diversions.ts';
import type { SubsetWeights, Weights } from '../../domain/rollout.ts';
import type { ServiceSpec } from '../../domain/spec/document.ts';
import { routedSubsets } from '../../domain/weights.ts';
import { messageOf } from '../../domain/message-of.ts';
import { describeRef, podTroubles, waitUntil, type ClusterClient, type Pod } from '../kubernetes/index.ts';
import { isReady, podsBehind, podsOfSubset, readService } from './service-pods.ts';

/**
 * Ready pods of each service's stable subset when the run claimed it: what carried all of the requests. A service that
 * does not say which pods are its own is absent, and not checked.
 */
export type Capacity = Readonly<Record<string, number>>;

export interface CapacityDemand {
  readonly namespace: string;
  readonly services: readonly ServiceSpec[];
  readonly weights: Weights;
  readonly capacity: Capacity;
  /** What is steered besides weights. */
  readonly diversions?: Diversions | undefined;
}

/** Pods that a lack names. */
const named = 5;

/**
 * Waits until every subset that is to get requests has ready pods for its share of them: that share of the pods that
 * the stable subset had for all, rounded up. Fails with `DeadlineExceeded`, not retryable, naming subsets and pods.
 * @param timeout in ms
 */
export async function awaitCapacity(
  client: ClusterClient,
  demand: CapacityDemand,
  timeout: number,
): Promise<void> {
  const until = 'there are ready pods for the requests';
  await waitUntil({ until, timeout }, async () => {
    const lacks = await capacityLacks(client, demand);
    return lacks.length === 0 ? { done: undefined } : { missing: lacks.join('; ') };
  });
}

/** What subsets lack, for where requests go there whatever they lack: never fails. */
export async function warnOfCapacity(client: ClusterClient, demand: CapacityDemand): Promise<string[]> {
  try {
    return await capacityLacks(client, demand);
  } catch (error) {
    return [`whether there are ready pods for the requests is not known: ${messageOf(error)}`];
  }
}

async function capacityLacks(client: ClusterClient, demand: CapacityDemand): Promise<string[]> {
  const lacks = await Promise.all(
    demand.services.map(async (service) => {
      const [split, had] = [demand.weights[service.host], demand.capacity[service.host]];
      return split === undefined || had === undefined
        ? []
        : serviceLacks(client, demand, service, split, had);
    }),
  );
  return lacks.flat();
}

async function serviceLacks(
  client: ClusterClient,
  { namespace, diversions }: CapacityDemand,
  { host, subsets, stable }: ServiceSpec,
  split: SubsetWeights,
  had: number,
): Promise<string[]> {
  const service = await readService(client, namespace, host);
  if (service === null) return [`there is no Service ${host} in namespace ${namespace} any more`];
  const pods = (await podsBehind(client, service)) ?? [];
  const diversion = diversions?.[host];
  const reached = new Set([...routedSubsets(split), ...divertedSubsets(diversion)]);
  return [...reached].flatMap((name) => {
    const subset = subsets.find((one) => one.name === name);
    if (subset === undefined) return [];
    const own = podsOfSubset(pods, subset);
    const copies = diversion?.mirror?.subset === name ? diversion.mirror.percent : 0;
    const weight = Math.max(split[name] ?? 0, copies);
    const needed = Math.max(1, Math.ceil((weight * had) / 100));
    if (own.filter(isReady).length >= needed) return [];
    return [`${describeLack(`${host} ${name}`, own, needed, weight)} (${stable} had ${had} for all of them)`];
  });
}

function describeLack(subset: string, pods: readonly Pod[], needed: number, weight: number): string {
  const unready = pods.filter((pod) => !isReady(pod));
  const troubles = unready.slice(0, named).map(troubleOf);
  const more = unready.length > named ? [`and ${unready.length - named} more`] : [];
  const why = troubles.length === 0 ? '' : `: ${[...troubles, ...more].join(', ')}`;
  const ready = pods.length - unready.length;
  const users = weight === 0 ? "testers' requests" : `${weight} % of the requests`;
  return `${subset} has ${ready} of the ${needed} ready pods that ${users} need${why}`;
}

function troubleOf(pod: Pod): string {
  const [trouble] = podTroubles(pod);
  return trouble ?? `${describeRef({ kind: 'pod', ...pod.metadata })} is not ready`;
}
