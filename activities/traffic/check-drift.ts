import { isDeepStrictEqual } from 'node:util';
import type { Drift, SubsetWeights, Weights } from '../../domain/rollout.ts';
import { oneLine } from '../../domain/plain-text.ts';
import type { ServiceSpec } from '../../domain/spec/document.ts';
import { sameSubsetWeights } from '../../domain/weights.ts';
import { describeRef, type ClusterClient, type KubeObject } from '../kubernetes/index.ts';
import { retryConflicts } from './routing/conflict.ts';
import { describeWriter, foreignWriter } from './routing/field-owner.ts';
import { keeperNamed } from './routing/keeper.ts';
import { readRouting } from './routing/read-routing.ts';
import { hostsOf, routesIn, type Router } from './routing/router.ts';
import { routerOf, type RoutedBy } from './routing/router-of.ts';
import { diversionDigest, isSteeredHere, steeringMark, steeringOf } from './routing/steering-mark.ts';
import { applyRoutes, steeredBy } from './routing/write-routes.ts';

/** Characters of a mark that a message quotes. */
const longestMark = 200;

export interface DriftCheck extends RoutedBy {
  readonly namespace: string;
  /** What this run gave the hosts, and they should still have. */
  readonly weights: Weights;
  /** When the check was made, as ISO 8601. */
  readonly at: string;
  /** Whether foreign weights are overwritten, or just reported. */
  readonly reassert: boolean;
  /** The services and their versions. */
  readonly services: readonly ServiceSpec[];
}

/**
 * Compares what routes say with what this run wrote, in one list. Overwritten is just what bears the run's mark with these
 * weights. Everything else is reported with `reasserted: false`, also with `reassert`, for the workflow to decide, which
 * alone knows whether the run goes on: an object that is gone, was replaced whole or cannot take weights, and one with
 * another mark. A mark proves nothing, as whoever writes the weights may write it too; a watch that is over has left
 * such an object itself, and nobody hears its report.
 */
export async function checkDrift(client: ClusterClient, check: DriftCheck): Promise<Drift[]> {
  const { namespace, weights, services, ignore } = check;
  const router = await routerOf(client, check, services, namespace);
  return retryConflicts(async () => {
    const { all, ports } = await readRouting(client, router, namespace);
    const own = steeredBy(router, all, { namespace, weights, ignore });
    const drifts = await Promise.all(own.map((object) => checkObject(client, router, all, object, check)));
    const gone = Object.entries(weights).filter(
      ([host, split]) => router.missing(all, host, ports[host] ?? [], split).length > 0,
    );
    return [...drifts.flat(), ...gone.map(([host]) => goneDrift(router, host, check))];
  });
}

/** One write puts all of an object's hosts right. */
async function checkObject(
  client: ClusterClient,
  router: Router,
  all: readonly KubeObject[],
  object: KubeObject,
  { weights, reassert, at }: DriftCheck,
): Promise<Drift[]> {
  const drifted = hostsOf(router, object, weights).filter(
    (host) => !(isFit(router, all, object, host) && isRight(router, object, host, weights[host] ?? {})),
  );
  const isSteerable = drifted.every((host) => isFit(router, all, object, host));
  const edited = isSteerable && drifted.length > 0 ? edit(router, object, drifted, weights) : null;
  const reasserted = reassert && edited !== null && bearsMark(router, object, drifted, weights);
  if (reasserted) await applyRoutes(client, router, object, edited, steeringMark(object, {}));
  const writer = foreignWriter(object, router.field);
  return drifted.map((host) => ({
    at,
    host,
    object: describeRef({ kind: object.kind, ...object.metadata }),
    manager: writerOf(object, describeWriter(writer)),
    keeper: keeperNamed(writer?.manager ?? '', object, router.field),
    found: foundSplit(router, object, host, weights[host] ?? {}),
    reasserted,
  }));
}

/** Whether an object is marked as steered by this run, by these weights and what the run diverts. */
function bearsMark(router: Router, object: KubeObject, hosts: readonly string[], weights: Weights): boolean {
  const steering = isSteeredHere(object) ? steeringOf(object) : null;
  return (
    steering !== null &&
    hosts.every(
      (host) =>
        sameSubsetWeights(steering.weights[host] ?? {}, weights[host] ?? {}) &&
        (steering.diversions?.[host] ?? null) === diversionDigest(router.diversions[host]),
    )
  );
}

/** Who wrote the routes, by the API server's record, and whose mark they bear where that is another's. */
function writerOf(object: KubeObject, writer: string): string {
  const steering = steeringOf(object);
  if (steering === null || isSteeredHere(object)) return writer;
  return `${writer}, with the mark of ${oneLine(steering.by.slice(0, longestMark))}`;
}

/** Whether the object still can be steered: one that takes the host's requests and leads elsewhere cannot. */
function isFit(router: Router, all: readonly KubeObject[], object: KubeObject, host: string): boolean {
  try {
    router.refuse([object], host, all);
    return true;
  } catch {
    return false;
  }
}

function isRight(router: Router, object: KubeObject, host: string, split: SubsetWeights): boolean {
  const edited = edit(router, object, [host], { [host]: split });
  return edited !== null && isDeepStrictEqual(routesIn(router, edited), routesIn(router, object));
}

/** Null where the routes cannot take weights any more. */
function edit(
  router: Router,
  object: KubeObject,
  hosts: readonly string[],
  weights: Weights,
): KubeObject | null {
  try {
    return hosts.reduce((edited, host) => router.weigh(edited, host, weights[host] ?? {}), object);
  } catch {
    return null;
  }
}

/** The first split that is not the wanted one; null where no route leads to the host. */
function foundSplit(
  router: Router,
  object: KubeObject,
  host: string,
  wanted: SubsetWeights,
): SubsetWeights | null {
  const splits = router.splitsOf(object, host);
  return splits.find((split) => !sameSubsetWeights(split, wanted)) ?? splits[0] ?? null;
}

function goneDrift({ kind }: Router, host: string, { namespace, at }: DriftCheck): Drift {
  const object = `the ${kind} of ${host} in ${namespace}`;
  return { at, host, object, manager: 'unknown', keeper: null, found: null, reasserted: false };
}
