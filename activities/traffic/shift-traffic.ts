import { ApplicationFailure, Context } from '@temporalio/activity';
import { FailureType } from '../../domain/failure.ts';
import type { ClusterConnection, ObjectRef, Weights } from '../../domain/rollout.ts';
import type { ServiceSpec } from '../../domain/spec/document.ts';
import { formatWeights } from '../../domain/weights.ts';
import type { ActivityDeps } from '../deps.ts';
import type { ClusterClient } from '../kubernetes/index.ts';
import { awaitProxies } from './observe/await-proxies.ts';
import { awaitCapacity, warnOfCapacity, type Capacity } from './capacity.ts';
import type { PreviousRouting } from './routing/previous-routing.ts';
import { hasRoutes, routeLack, routeQuery } from './observe/route-dump.ts';
import { madeByThisRun } from './routing/routing-object.ts';
import { backendsOf } from '../../domain/backends.ts';
import type { Router } from './routing/router.ts';
import { routerOf, type RoutedBy } from './routing/router-of.ts';
import { writeRoutes, type WrittenRoutes } from './routing/write-routes.ts';

export interface ShiftTrafficInput extends RoutedBy {
  readonly connection: ClusterConnection;
  readonly namespace: string;
  readonly services: readonly ServiceSpec[];
  readonly weights: Weights;
  /** Milliseconds that proxies may take to have the weights, and pods to be ready for them. */
  readonly observeTimeout: number;
  /** What `claimTargets` counted; pods of a host that is missing are not. */
  readonly capacity?: Capacity;
  /** Traffic goes back: at once, whatever lacks, and without a mark of the run. */
  readonly restoring?: true;
  /** What the routes said before the run; read where traffic goes back. */
  readonly previous?: PreviousRouting;
}

export interface Shift {
  /** When the last proxy was seen with the weights, as ISO 8601 by the worker's wall clock. */
  readonly observedAt: string;
  /** Milliseconds that it took, by a clock that nobody sets. */
  readonly took: number;
  /** Routing objects that this run made, in this shift or an earlier one. */
  readonly created: readonly ObjectRef[];
  /** What the routes said before this call, without those of objects that this run steered already. */
  readonly previous: PreviousRouting;
  readonly warnings: readonly string[];
  /**
   * Where traffic goes back: that it is written, and why no proxy, or not every one, was seen with it by the deadline;
   * absent when it was seen.
   */
  readonly unconfirmed?: string;
}

/** istiod gathers changes for this long before it pushes (PILOT_DEBOUNCE_AFTER), in ms. */
const debounce = 100;

/**
 * Gives services their weights and waits until every calling proxy routes by them. Changes nothing that is right.
 * Fails with `InvalidTarget` where the routing that is there cannot take weights, and with `DeadlineExceeded` when
 * ready pods are missing (then nothing is written), or when proxies do not have the weights in time (then they are
 * written, and some proxies may follow them); neither is retryable. Where traffic goes back, the latter is no failure:
 * it is told as written and not confirmed.
 */
export async function shiftTraffic(deps: ActivityDeps, input: ShiftTrafficInput): Promise<Shift> {
  const began = performance.now();
  const client = deps.clients(input.connection);
  const router = routerOf(input, input.services, input.namespace);
  const { written, warnings, ...told } = await (input.restoring === true
    ? putBack(client, router, input)
    : steer(client, router, input));
  for (const warning of warnings) Context.current().log.warn(warning);
  const created = madeByThisRun(written.ensured);
  const took = Math.ceil(performance.now() - began);
  const observedAt = new Date().toISOString();
  return { observedAt, took, created, previous: written.previous, warnings, ...told };
}

interface Steered extends Pick<Shift, 'warnings' | 'unconfirmed'> {
  readonly written: WrittenRoutes;
}

async function steer(client: ClusterClient, router: Router, input: ShiftTrafficInput): Promise<Steered> {
  const { namespace, weights, capacity = {}, observeTimeout } = input;
  await awaitCapacity(client, { ...input, capacity }, observeTimeout);
  const written = await writeRoutes(client, router, { namespace, weights, restore: null });
  return { written, warnings: await awaitRoutes(client, router, input, written) };
}

/** The write comes first and waits for nothing; what is written is not given up because a proxy was not seen with it. */
async function putBack(client: ClusterClient, router: Router, input: ShiftTrafficInput): Promise<Steered> {
  const { namespace, weights, previous = {}, capacity = {} } = input;
  const writing = writeRoutes(client, router, { namespace, weights, restore: previous });
  const looking = warnOfCapacity(client, { ...input, capacity });
  const written = await writing;
  const observed = await orUnconfirmed(() => awaitRoutes(client, router, input, written));
  return { written, ...observed, warnings: [...observed.warnings, ...(await looking)] };
}

async function orUnconfirmed(
  observe: () => Promise<string[]>,
): Promise<Pick<Shift, 'warnings' | 'unconfirmed'>> {
  try {
    return { warnings: await observe() };
  } catch (error) {
    if (!(error instanceof ApplicationFailure) || error.type !== FailureType.deadlineExceeded) throw error;
    return { warnings: [], unconfirmed: error.message };
  }
}

async function awaitRoutes(
  client: ClusterClient,
  router: Router,
  { namespace, services, weights, observeTimeout }: ShiftTrafficInput,
  { ensured }: WrittenRoutes,
): Promise<string[]> {
  const objects = ensured.map(({ object }) => object);
  const virtualServices = objects.flatMap((object) => router.originOf(object) ?? []);
  const backends = Object.fromEntries(services.map((service) => [service.host, backendsOf(service)]));
  const splits = Object.fromEntries(
    Object.keys(weights).map((host) => {
      const own = objects.filter((object) => router.routesHost(object, host, namespace));
      return [host, own.flatMap((object) => router.wanted(object, host))];
    }),
  );
  const wanted = { namespace, splits, virtualServices, backends };
  return await awaitProxies(client, {
    what: formatWeights(weights),
    timeout: observeTimeout,
    delay: ensured.some(({ written }) => written) ? debounce : 0,
    query: routeQuery,
    lackOf: (dump) => routeLack(dump, wanted),
    concerns: (dump) => hasRoutes(dump, wanted),
  });
}
