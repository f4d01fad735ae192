import type { ClusterConnection, ObjectRef, Weights } from '../../domain/rollout.ts';
import type { ServiceSpec } from '../../domain/spec/document.ts';
import { formatWeights } from '../../domain/weights.ts';
import type { ActivityDeps } from '../deps.ts';
import { awaitProxies } from './await-proxies.ts';
import { routeLack, routeQuery } from './route-dump.ts';
import { madeByThisRun } from './routing-object.ts';
import { writeRoutes } from './write-routes.ts';

export interface ShiftTrafficInput {
  readonly connection: ClusterConnection;
  readonly namespace: string;
  readonly services: readonly ServiceSpec[];
  readonly weights: Weights;
  /** Milliseconds that proxies may take to have the weights. */
  readonly observeTimeout: number;
}

export interface Shift {
  /** When the last proxy was seen with the weights: no request that starts later goes by older ones. */
  readonly observedAt: string;
  /** VirtualServices that this run made, in this shift or an earlier one. */
  readonly created: readonly ObjectRef[];
}

/** istiod gathers changes for this long before it pushes (PILOT_DEBOUNCE_AFTER), in ms. */
const debounce = 100;

/**
 * Gives services their weights and waits until every calling proxy routes by them. Changes nothing that is right.
 * Fails with `InvalidTarget` where the routing that is there cannot take weights, and with `DeadlineExceeded` when
 * proxies do not have them in time (then the weights are written, and some proxies may follow them); neither is retryable.
 */
export async function shiftTraffic(deps: ActivityDeps, input: ShiftTrafficInput): Promise<Shift> {
  const { connection, namespace, weights, observeTimeout } = input;
  const client = deps.clients(connection);
  const ensured = await writeRoutes(client, namespace, weights);
  const virtualServices = ensured.map(({ object }) => object.metadata.name);
  await awaitProxies(client, {
    what: formatWeights(weights),
    timeout: observeTimeout,
    delay: ensured.some(({ written }) => written) ? debounce : 0,
    query: routeQuery,
    lackOf: (dump) => routeLack(dump, { namespace, weights, virtualServices }),
  });
  return { observedAt: new Date().toISOString(), created: madeByThisRun(ensured) };
}
