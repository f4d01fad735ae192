import { ApplicationFailure, Context } from '@temporalio/activity';
import { backendsOf } from '../../../domain/backends.ts';
import { describeDiversion } from '../../../domain/diversions.ts';
import { formatDuration } from '../../../domain/duration.ts';
import { FailureType } from '../../../domain/failure.ts';
import type { Weights } from '../../../domain/rollout.ts';
import type { ServiceSpec } from '../../../domain/spec/document.ts';
import { formatWeights } from '../../../domain/weights.ts';
import type { ClusterClient, KubeObject } from '../../kubernetes/index.ts';
import type { Router } from '../routing/router.ts';
import type { RoutedBy } from '../routing/router-of.ts';
import type { Ensured } from '../routing/routing-object.ts';
import { awaitProxies } from './await-proxies.ts';
import { hasRoutes, readRoutes, routeQuery, type WantedRoutes } from './route-dump.ts';

/** istiod gathers changes for this long before it pushes (PILOT_DEBOUNCE_AFTER), in ms. */
const debounce = 100;

/** Between two looks for a first proxy that shows the routes, in ms. */
const pause = 200;

export interface AwaitedRoutes extends RoutedBy {
  readonly namespace: string;
  readonly services: readonly ServiceSpec[];
  readonly weights: Weights;
  /** Milliseconds that proxies may take. */
  readonly observeTimeout: number;
}

export interface RoutesThere {
  /** Every object of the API. */
  readonly all: readonly KubeObject[];
  readonly ensured: readonly Ensured[];
  /** Traffic went back: that no proxy leads to a service at all is told, and no failure. */
  readonly isRestored?: true;
}

/**
 * Waits until at least one proxy shows the routes of each host as the objects say, and none has others.
 * @returns warnings
 * @throws ApplicationFailure `DeadlineExceeded`, not retryable, naming the proxies and what they have instead
 */
export async function awaitRoutes(
  client: ClusterClient,
  router: Router,
  input: AwaitedRoutes,
  { all, ensured, isRestored }: RoutesThere,
): Promise<string[]> {
  const { weights, observeTimeout } = input;
  const wanted = wantedRoutes(router, all, input);
  const deadline = performance.now() + observeTimeout;
  for (let delay = ensured.some(({ written }) => written) ? debounce : 0; ; delay = pause) {
    const shown = new Set<string>();
    const warnings = await awaitProxies(client, {
      what: describeAwaited(input),
      timeout: Math.max(deadline - performance.now(), 0),
      delay,
      query: routeQuery,
      lackOf: (dump) => {
        const seen = readRoutes(dump, wanted);
        seen.shown.forEach((host) => shown.add(host));
        return seen.lack;
      },
      ...(isRestored !== true && { concerns: (dump: readonly unknown[]) => hasRoutes(dump, wanted) }),
    });
    const unseen = Object.keys(weights).filter((host) => !shown.has(host));
    if (unseen.length === 0) return warnings;
    if (isRestored === true) return [...warnings, ...unseen.map(nowhereSeen)];
    if (performance.now() >= deadline) throw overdue(unseen, observeTimeout);
    Context.current().heartbeat(`waiting for a proxy that has ${describeAwaited(input)}`);
  }
}

function describeAwaited({ weights, diversions = {} }: AwaitedRoutes): string {
  const diverted = Object.values(diversions).map(describeDiversion);
  return [formatWeights(weights), ...diverted].filter(Boolean).join(', ');
}

function wantedRoutes(
  router: Router,
  all: readonly KubeObject[],
  { namespace, services, weights, ignore }: AwaitedRoutes,
): WantedRoutes {
  const hosts = Object.keys(weights);
  return {
    namespace,
    ignore,
    sources: Object.fromEntries(hosts.map((host) => [host, router.sourcesOf(all, host)])),
    backends: Object.fromEntries(services.map((service) => [service.host, backendsOf(service)])),
  };
}

function nowhereSeen(host: string): string {
  return `no proxy has a route to ${host}: that its traffic went back was not seen anywhere`;
}

function overdue(hosts: readonly string[], timeout: number): ApplicationFailure {
  return ApplicationFailure.nonRetryable(
    `after ${formatDuration(timeout)}, no proxy has a route to ${hosts.join(', ')}: nobody was seen to follow the weights`,
    FailureType.deadlineExceeded,
  );
}
