import { isDeepStrictEqual } from 'node:util';
import type { Drift, SubsetWeights, Weights } from '../../domain/rollout.ts';
import { sameSubsetWeights } from '../../domain/weights.ts';
import { leadsTo, splitOf } from '../../manifests/destinations.ts';
import { editWeights, labelOf, namespaceOf } from '../../manifests/virtual-service.ts';
import type { ClusterClient } from '../kubernetes/index.ts';
import { retryConflicts } from './conflict.ts';
import { foreignWriter, ownsRoutes } from './field-owner.ts';
import { hostsOf, routesHost } from './routed-hosts.ts';
import type { VirtualService } from './routing-object.ts';
import { isSteeredHere, steeringMark, steeringOf } from './steering-mark.ts';
import { applyRoutes, listVirtualServices } from './write-routes.ts';

export interface DriftCheck {
  readonly namespace: string;
  /** What this run gave the hosts, and they should still have. */
  readonly weights: Weights;
  /** Whether foreign weights are overwritten, or just reported. */
  readonly reassert: boolean;
}

/**
 * Compares what VirtualServices say with what this run wrote, in one list. Routes that this run has left since (a later
 * shift, or traffic was put back) are no drift, however late a watch hears of it. Overwritten is just what bears the
 * run's mark with these weights: an object that is gone, was replaced whole, or cannot take weights is reported with
 * `reasserted: false`, also with `reassert`, for the workflow to decide, which alone knows whether the run goes on.
 */
export async function checkDrift(client: ClusterClient, check: DriftCheck): Promise<Drift[]> {
  const { namespace, weights } = check;
  return retryConflicts(async () => {
    const all = await listVirtualServices(client, namespace);
    const drifts = await Promise.all(all.map((object) => checkObject(client, object, check)));
    const gone = Object.keys(weights).filter((host) => !all.some((one) => routesHost(one, host, namespace)));
    return [...drifts.flat(), ...gone.map((host) => goneDrift(host, namespace))];
  });
}

/** One write puts all of an object's hosts right. */
async function checkObject(
  client: ClusterClient,
  object: VirtualService,
  { namespace, weights, reassert }: DriftCheck,
): Promise<Drift[]> {
  const drifted = hostsOf(object, weights, namespace).filter(
    (host) => !isLeft(object, host, weights[host] ?? {}) && !isRight(object, host, weights[host] ?? {}),
  );
  const edited = drifted.length === 0 ? null : edit(object, drifted, weights);
  const reasserted = reassert && edited !== null && isSteeredHere(object);
  if (reasserted) await applyRoutes(client, object, edited, steeringMark(object, {}));
  return drifted.map((host) => ({
    at: new Date().toISOString(),
    host,
    object: labelOf(object),
    manager: foreignWriter(object),
    found: foundSplit(object, host, weights[host] ?? {}),
    reasserted,
  }));
}

/** Whether the run itself went on from these weights: to others, or away, which leaves routes of Sluice's without a mark. */
function isLeft(object: VirtualService, host: string, split: SubsetWeights): boolean {
  const steering = steeringOf(object);
  if (steering === null) return ownsRoutes(object);
  return !isSteeredHere(object) || !sameSubsetWeights(steering.weights[host] ?? {}, split);
}

function isRight(object: VirtualService, host: string, split: SubsetWeights): boolean {
  return isDeepStrictEqual(edit(object, [host], { [host]: split })?.spec?.http, object.spec?.http);
}

/** Null where the routes cannot take weights any more. */
function edit(object: VirtualService, hosts: readonly string[], weights: Weights): VirtualService | null {
  try {
    return hosts.reduce<VirtualService>(
      (edited, host) => ({ ...object, ...editWeights(edited, host, weights[host] ?? {}) }) as VirtualService,
      object,
    );
  } catch {
    return null;
  }
}

/** The first split that is not the wanted one; null where no route leads to the host. */
function foundSplit(object: VirtualService, host: string, wanted: SubsetWeights): SubsetWeights | null {
  const leadsToHost = leadsTo(host, namespaceOf(object));
  const splits = (object.spec?.http ?? [])
    .map(({ route = [] }) => route.filter(leadsToHost))
    .filter((destinations) => destinations.length > 0)
    .map(splitOf);
  return splits.find((split) => !sameSubsetWeights(split, wanted)) ?? splits[0] ?? null;
}

function goneDrift(host: string, namespace: string): Drift {
  const object = `the VirtualService of ${host} in ${namespace}`;
  return { at: new Date().toISOString(), host, object, manager: 'unknown', found: null, reasserted: false };
}
