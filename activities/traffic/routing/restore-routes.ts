import { messageOf } from '../../../domain/message-of.ts';
import type { Weights } from '../../../domain/rollout.ts';
import {
  describeRef,
  isRetryable,
  refOf,
  type ClusterClient,
  type KubeObject,
} from '../../kubernetes/index.ts';
import { retryConflicts } from './conflict.ts';
import type { PreviousRouting } from './previous-routing.ts';
import { readRouting, type Routing } from './read-routing.ts';
import { hostsOf, type Router } from './router.ts';
import type { Ensured } from './routing-object.ts';
import { after, make, missingRoutes, steeredBy, write, type RouteChange } from './write-routes.ts';

export interface RouteRestore extends RouteChange {
  /** What the routes said before the run. */
  readonly previous: PreviousRouting;
}

export interface RestoredRoutes {
  readonly ensured: readonly Ensured[];
  /** Every object of the API, as it is now. */
  readonly all: readonly KubeObject[];
  /** Objects that could not be put back, in words, with the reason. */
  readonly failed: readonly string[];
}

/**
 * Puts the routes of all objects back, and takes the run's mark off them. One list and the writes, because an abort waits
 * for them; an object that cannot be put back never keeps the others from it.
 * @throws ApplicationFailure, retryable, where a write failed that may work the next time; all others are done by then
 */
export async function restoreRoutes(
  client: ClusterClient,
  router: Router,
  change: RouteRestore,
): Promise<RestoredRoutes> {
  const routing = await readRouting(client, router, change.namespace);
  const attempts = [
    ...steeredBy(router, routing.all, change).map((object) => ({
      what: describe(object),
      done: retryConflicts(fresh(client, object, (now) => putBack(client, router, now, change))),
    })),
    ...makeMissing(client, router, routing, change.weights),
  ];
  const settled = await Promise.allSettled(attempts.map(({ done }) => done));
  const ensured: Ensured[] = [];
  const failed: string[] = [];
  settled.forEach((result, index) => {
    if (result.status === 'fulfilled') ensured.push(...(result.value === null ? [] : [result.value]));
    else if (isRetryable(result.reason)) throw result.reason;
    else failed.push(`${attempts[index]?.what ?? ''} (${messageOf(result.reason)})`);
  });
  return { ensured, all: after(routing.all, ensured), failed };
}

/** Runs an edit on what was read, and at a conflict on what there is then; null where it is gone. */
function fresh(
  client: ClusterClient,
  object: KubeObject,
  edit: (now: KubeObject) => Promise<Ensured>,
): () => Promise<Ensured | null> {
  let tried = false;
  return async () => {
    const now = tried ? await client.read(refOf(object)) : object;
    tried = true;
    return now === null ? null : edit(now);
  };
}

async function putBack(
  client: ClusterClient,
  router: Router,
  existing: KubeObject,
  { weights, previous }: RouteRestore,
): Promise<Ensured> {
  const edited = hostsOf(router, existing, weights).reduce(
    (object, host) => router.restore(object, host, weights[host] ?? {}, previous[host] ?? []),
    existing,
  );
  return write(client, router, existing, edited, {});
}

function makeMissing(client: ClusterClient, router: Router, routing: Routing, weights: Weights) {
  return missingRoutes(router, routing, weights, () => ({})).map(({ route, mark }) => ({
    what: describe(route),
    done: make(client, route, mark, routing.all),
  }));
}

function describe(object: KubeObject): string {
  return describeRef({ kind: object.kind, ...object.metadata });
}
