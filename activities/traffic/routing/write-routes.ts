import { isDeepStrictEqual } from 'node:util';
import type { Weights } from '../../../domain/rollout.ts';
import type { ClusterClient, KubeObject } from '../../kubernetes/index.ts';
import { retryConflicts } from './conflict.ts';
import { refuseAsTarget } from '../failure.ts';
import { recordRouting, type PreviousRouting } from './previous-routing.ts';
import { fieldsOf, markedNew, type Annotations, type Ensured } from './routing-object.ts';
import { readRouting } from './read-routing.ts';
import { hostsOf, routesIn, type Router } from './router.ts';
import { hasMark, steeringMark } from './steering-mark.ts';

export interface RouteChange {
  readonly namespace: string;
  readonly weights: Weights;
  /** Puts back what was recorded, and leaves no mark of the run; null to steer. */
  readonly restore: PreviousRouting | null;
}

export interface WrittenRoutes {
  readonly ensured: readonly Ensured[];
  /** What the routes said before, as far as this run had not changed them yet. */
  readonly previous: PreviousRouting;
}

/**
 * Gives every host its weights in the objects that route it inside the mesh, or makes what is missing. Writes just
 * what is not right yet; one list and the writes, because an abort waits for them.
 */
export async function writeRoutes(
  client: ClusterClient,
  router: Router,
  change: RouteChange,
): Promise<WrittenRoutes> {
  const { namespace, weights } = change;
  let previous: PreviousRouting = {};
  const ensured = await retryConflicts(async () => {
    const { all, ports } = await readRouting(client, router, namespace);
    previous = { ...previous, ...recordRouting(router, all, Object.keys(weights), namespace) };
    const edits = all.map((existing) => ({ existing, edited: edit(router, existing, change) }));
    const missing = Object.entries(weights).flatMap(([host, split]) =>
      refuseAsTarget(() => router.missing(all, host, namespace, ports[host] ?? [], split)).map((route) => ({
        route,
        mark: change.restore === null ? steeringMark(null, { [host]: split }) : {},
      })),
    );
    return Promise.all([
      ...edits.flatMap(({ existing, edited }) =>
        edited === null ? [] : [write(client, router, existing, edited, change)],
      ),
      ...missing.map(({ route, mark }) => make(client, route, mark, all)),
    ]);
  });
  return { ensured, previous };
}

/** Applies the routes of an edited object, insisting on the version that was read. */
export async function applyRoutes(
  client: ClusterClient,
  router: Router,
  existing: KubeObject,
  edited: KubeObject,
  mark: Annotations,
): Promise<KubeObject> {
  const routes = { [router.field]: routesIn(router, edited) };
  return client.apply(fieldsOf(existing, routes, router.identityOf(existing), mark));
}

/** One object may route several of the hosts: null when it routes none. */
function edit(
  router: Router,
  existing: KubeObject,
  { namespace, weights, restore }: RouteChange,
): KubeObject | null {
  const own = hostsOf(router, existing, weights, namespace);
  if (own.length === 0) return null;
  return refuseAsTarget(() =>
    own.reduce((object, host) => {
      const split = weights[host] ?? {};
      const recorded = restore?.[host] ?? [];
      return restore === null
        ? router.weigh(object, host, split)
        : router.restore(object, host, split, recorded);
    }, existing),
  );
}

async function write(
  client: ClusterClient,
  router: Router,
  existing: KubeObject,
  edited: KubeObject,
  { namespace, weights, restore }: RouteChange,
): Promise<Ensured> {
  const own = hostsOf(router, existing, weights, namespace);
  const split = Object.fromEntries(own.map((host) => [host, weights[host] ?? {}]));
  const mark = restore === null ? steeringMark(existing, split) : {};
  const isSame = isDeepStrictEqual(routesIn(router, edited), routesIn(router, existing));
  if (isSame && hasMark(existing, mark)) return { object: existing, written: false };
  return { object: await applyRoutes(client, router, existing, edited, mark), written: true };
}

async function make(
  client: ClusterClient,
  route: KubeObject,
  mark: Annotations,
  others: readonly KubeObject[],
): Promise<Ensured> {
  return { object: await client.apply(markedNew(route, others, mark)), written: true };
}
