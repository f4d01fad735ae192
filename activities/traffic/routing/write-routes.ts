import { isDeepStrictEqual } from 'node:util';
import type { Weights } from '../../../domain/rollout.ts';
import type { ClusterClient, KubeObject } from '../../kubernetes/index.ts';
import { retryConflicts } from './conflict.ts';
import { refuseAsTarget } from '../failure.ts';
import { isIgnored } from './ignored.ts';
import { recordRouting, type PreviousRouting } from './previous-routing.ts';
import { fieldsOf, markedNew, type Annotations, type Ensured } from './routing-object.ts';
import { readRouting, type Routing } from './read-routing.ts';
import { fieldsBesideRoutes, hostsOf, routesIn, type Router } from './router.ts';
import type { RoutedBy } from './router-of.ts';
import { hasMark, steeringMark } from './steering-mark.ts';

export interface RouteChange extends Pick<RoutedBy, 'ignore'> {
  readonly namespace: string;
  readonly weights: Weights;
}

export interface WrittenRoutes {
  readonly ensured: readonly Ensured[];
  /** What the routes said before, as far as this run had not changed them yet. */
  readonly previous: PreviousRouting;
  /** Every object of the API, as it is now. */
  readonly all: readonly KubeObject[];
}

/**
 * Gives every host its weights in all objects that route it, or makes what is missing inside the mesh. Writes just what
 * is not right yet, and nothing where one of the objects cannot take weights.
 */
export async function writeRoutes(
  client: ClusterClient,
  router: Router,
  change: RouteChange,
): Promise<WrittenRoutes> {
  const { weights } = change;
  let previous: PreviousRouting = {};
  return retryConflicts(async () => {
    const routing = await readRouting(client, router, change.namespace);
    const own = steeredBy(router, routing.all, change);
    previous = { ...previous, ...recordRouting(router, own, Object.keys(weights)) };
    for (const host of Object.keys(weights)) refuseHost(router, own, host, routing.all);
    const edits = own.map((existing) => ({ existing, edited: weigh(router, existing, weights) }));
    const missing = missingRoutes(router, routing, weights, (host) =>
      steeringMark(null, { [host]: weights[host] ?? {} }, router.diversions),
    );
    const ensured = await Promise.all([
      ...edits.map(async ({ existing, edited }) =>
        hasSteered(router, existing, weights)
          ? write(client, router, existing, edited, markFor(router, existing, weights))
          : { object: existing, written: false },
      ),
      ...missing.map(({ route, mark }) => make(client, route, mark, routing.all)),
    ]);
    return { ensured, previous, all: after(routing.all, ensured) };
  });
}

/** Those of the objects that route the hosts, and are not to be left alone. */
export function steeredBy(
  router: Router,
  all: readonly KubeObject[],
  { weights, ignore }: RouteChange,
): KubeObject[] {
  return all.filter((object) => !isIgnored(object, ignore) && hostsOf(router, object, weights).length > 0);
}

/** Fails with `InvalidTarget`, not retryable, where the host cannot be steered for another reason than weights. */
export function refuseHost(
  router: Router,
  own: readonly KubeObject[],
  host: string,
  all: readonly KubeObject[],
): void {
  const routing = own.filter((object) => router.routesHost(object, host));
  refuseAsTarget(() => router.refuse(routing, host, all));
}

/** What has to be made so that no request inside the mesh goes unrouted. */
export function missingRoutes(
  router: Router,
  { all, ports }: Routing,
  weights: Weights,
  markOf: (host: string) => Annotations,
): { readonly route: KubeObject; readonly mark: Annotations }[] {
  return Object.entries(weights).flatMap(([host, split]) =>
    refuseAsTarget(() => router.missing(all, host, ports[host] ?? [], split)).map((route) => ({
      route,
      mark: markOf(host),
    })),
  );
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
  return client.apply(fieldsOf(existing, routes, fieldsBesideRoutes(router, existing), mark));
}

/** Writes an object where its routes, or the mark of the run that steers it, are not right yet. */
export async function write(
  client: ClusterClient,
  router: Router,
  existing: KubeObject,
  edited: KubeObject,
  mark: Annotations,
): Promise<Ensured> {
  const isSame = isDeepStrictEqual(routesIn(router, edited), routesIn(router, existing));
  if (isSame && hasMark(existing, mark)) return { object: existing, written: false };
  return { object: await applyRoutes(client, router, existing, edited, mark), written: true };
}

/** Makes an object under its own name, or another where that is taken in its namespace. */
export async function make(
  client: ClusterClient,
  route: KubeObject,
  mark: Annotations,
  all: readonly KubeObject[],
): Promise<Ensured> {
  const others = all.filter(({ metadata }) => metadata.namespace === route.metadata.namespace);
  return { object: await client.apply(markedNew(route, others, mark)), written: true };
}

/** The objects with those that were written in their place. */
export function after(all: readonly KubeObject[], ensured: readonly Ensured[]): KubeObject[] {
  const now = ensured.map(({ object }) => object);
  const isOne = (one: KubeObject, other: KubeObject) =>
    one.metadata.name === other.metadata.name && one.metadata.namespace === other.metadata.namespace;
  const kept = all.map((object) => now.find((one) => isOne(one, object)) ?? object);
  return [...kept, ...now.filter((one) => !all.some((object) => isOne(one, object)))];
}

/** One object may route several of the hosts. */
function weigh(router: Router, existing: KubeObject, weights: Weights): KubeObject {
  return refuseAsTarget(() =>
    hostsOf(router, existing, weights).reduce(
      (object, host) => router.weigh(object, host, weights[host] ?? {}),
      existing,
    ),
  );
}

/** An object whose routes all stay as they are is not written at all. */
function hasSteered(router: Router, existing: KubeObject, weights: Weights): boolean {
  return Object.keys(weights).some((host) => router.splitsOf(existing, host).length > 0);
}

function markFor(router: Router, existing: KubeObject, weights: Weights): Annotations {
  const own = hostsOf(router, existing, weights);
  const split = Object.fromEntries(own.map((host) => [host, weights[host] ?? {}]));
  return steeringMark(existing, split, router.diversions);
}
