import { Context } from '@temporalio/activity';
import { messageOf } from '../../../domain/message-of.ts';
import type { ServiceSpec } from '../../../domain/spec/document.ts';
import { judgedSubsets } from '../../../domain/gates/targets.ts';
import { describeRef, podTroubles, type Pod } from '../../kubernetes/index.ts';
import { isReady, podsOfSubset } from '../../traffic/service-pods.ts';
import { waitUntil } from './wait-until.ts';
import { detailsOf, type Watch, type WatchStageInput } from './watch.ts';

/** Between two looks at the pods, in ms: requests that fail meanwhile are counted by the gates. */
const podInterval = 2_000;

/** Pods that a reason names. */
const named = 3;

/**
 * Looks at the candidates' pods again and again until the deadline. A candidate that has weight and no ready pod ends the
 * watch: every request to it fails.
 */
export async function watchPods(watch: Watch, deadline: number | null): Promise<void> {
  for (;;) {
    const at = watch.now() + podInterval;
    await waitUntil(deadline === null ? at : Math.min(at, deadline), watch);
    const failure = await lookAtPods(watch);
    if (failure !== null) {
      watch.podFailure = failure;
      Context.current().heartbeat(detailsOf(watch));
      watch.end();
    }
    if (deadline !== null && at >= deadline) return;
  }
}

/** @returns why a candidate can serve nobody; null where none is known */
export async function lookAtPods({ pods, input, signal }: Watch): Promise<string | null> {
  try {
    const seen = await pods.look();
    const failures = input.services.flatMap((service) => {
      const own = seen.get(service.host) ?? null;
      return own === null ? [] : deadSubsets(service, input, own);
    });
    return failures.length === 0 ? null : failures.join('; ');
  } catch (error) {
    signal.throwIfAborted();
    // That says nothing of the pods; the proxies' counters still do.
    Context.current().log.warn(`cannot look at the pods of ${input.namespace}: ${messageOf(error)}`);
    return null;
  }
}

/** The stable version alone is not judged: there is nothing to go back to. */
function deadSubsets(
  service: ServiceSpec,
  { weights, diversions }: Pick<WatchStageInput, 'weights' | 'diversions'>,
  pods: readonly Pod[],
): string[] {
  return judgedSubsets(service, weights, diversions)
    .filter(({ name }) => name !== service.stable)
    .flatMap((subset) => {
      const own = podsOfSubset(pods, subset);
      return own.some(isReady) ? [] : [`no pod of ${service.host} ${subset.name} is ready${troublesOf(own)}`];
    });
}

function troublesOf(pods: readonly Pod[]): string {
  if (pods.length === 0) return ': it has none';
  const troubles = pods.map(
    (pod) => podTroubles(pod)[0] ?? `${describeRef({ kind: 'pod', ...pod.metadata })} is not ready`,
  );
  const more = pods.length > named ? [`and ${pods.length - named} more`] : [];
  return `: ${[...troubles.slice(0, named), ...more].join('; ')}`;
}
