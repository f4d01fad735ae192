import { Context } from '@temporalio/activity';
import { messageOf } from '../../domain/message-of.ts';
import type { ClusterConnection, ObjectRef, Weights } from '../../domain/rollout.ts';
import type { ServiceSpec } from '../../domain/spec/document.ts';
import type { ActivityDeps } from '../deps.ts';
import { describeRef, type ClusterClient, type KubeObject } from '../kubernetes/index.ts';
import { awaitCapacity, warnOfCapacity, type Capacity } from './capacity.ts';
import type { PreviousRouting } from './routing/previous-routing.ts';
import { awaitRoutes } from './observe/await-routes.ts';
import { partlyRestored, unseenRestore } from './failure.ts';
import { restoreRoutes } from './routing/restore-routes.ts';
import { madeByThisRun, type Ensured } from './routing/routing-object.ts';
import type { Router } from './routing/router.ts';
import { routerOf, type RoutedBy } from './routing/router-of.ts';
import { steeredBy, writeRoutes } from './routing/write-routes.ts';

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
}

/** What a shift has done. */
interface Shifted {
  readonly ensured: readonly Ensured[];
  readonly previous: PreviousRouting;
  readonly warnings: readonly string[];
}

/**
 * Gives services their weights and waits until the calling proxies route by them, sidecars and gateways. Changes nothing
 * that is right. Fails with `InvalidTarget` where the routing that is there cannot take weights (then nothing is
 * written), with
 * `InvalidTarget` where some of it could not be put back (then all of the rest is), and with `DeadlineExceeded` when
 * ready pods are missing (then nothing is written), or when proxies do not have the weights in time (then they are
 * written, and some proxies may follow them); neither is retryable.
 */
export async function shiftTraffic(deps: ActivityDeps, input: ShiftTrafficInput): Promise<Shift> {
  const began = performance.now();
  const client = deps.clients(input.connection);
  const router = await routerOf(client, input, input.services, input.namespace);
  const { ensured, previous, warnings } = await (input.restoring === true
    ? putBack(client, router, input)
    : steer(client, router, input));
  for (const warning of warnings) Context.current().log.warn(warning);
  const created = madeByThisRun(ensured);
  const took = Math.ceil(performance.now() - began);
  return { observedAt: new Date().toISOString(), took, created, previous, warnings };
}

async function steer(client: ClusterClient, router: Router, input: ShiftTrafficInput): Promise<Shifted> {
  const { capacity = {}, observeTimeout } = input;
  await awaitCapacity(client, { ...input, capacity }, observeTimeout);
  const { all, ensured, previous } = await writeRoutes(client, router, input);
  await awaitRoutes(client, router, input, { all, ensured });
  return { ensured, previous, warnings: keptWarnings(router, all, input) };
}

/** The write comes first and waits for nothing. */
async function putBack(client: ClusterClient, router: Router, input: ShiftTrafficInput): Promise<Shifted> {
  const { previous = {}, capacity = {} } = input;
  const writing = restoreRoutes(client, router, { ...input, previous });
  const looking = warnOfCapacity(client, { ...input, capacity });
  const { all, ensured, failed } = await writing;
  const seeing = awaitRoutes(client, router, input, { all, ensured, isRestored: true });
  if (failed.length > 0) {
    const unseen = await seeing.then(
      () => [],
      (error: unknown) => [messageOf(error)],
    );
    throw partlyRestored([...failed, ...unseen]);
  }
  const unseen = await seeing.catch((error: unknown) => {
    throw unseenRestore(error);
  });
  const warnings = [...unseen, ...(await looking), ...keptWarnings(router, all, input)];
  return { ensured, previous: {}, warnings };
}

/** Routes that stay as their owner wrote them lead where that says, whatever the weights are. */
export function keptWarnings(
  router: Router,
  all: readonly KubeObject[],
  input: Pick<ShiftTrafficInput, 'namespace' | 'weights' | 'ignore'>,
): string[] {
  return steeredBy(router, all, input).flatMap((object) =>
    Object.keys(input.weights).flatMap((host) =>
      router
        .keptRoutes(object, host)
        .map(
          (kept) =>
            `${describeRef({ kind: object.kind, ...object.metadata })}: ${kept} stays as it is, and leads to ${host} past the weights`,
        ),
    ),
  );
}
