import { Context } from '@temporalio/activity';
import { messageOf } from '../../../domain/message-of.ts';
import type { Drift } from '../../../domain/rollout.ts';
import { checkDrift } from '../../traffic/index.ts';
import { waitUntil } from './wait-until.ts';
import { detailsOf, type Watch } from './watch.ts';

/** Between two looks at the weights, in ms. */
const driftInterval = 2_000;

/** Most drifts that a watch reports: whoever writes against the rollout may do so for hours. */
const longestList = 20;

/**
 * Reads the weights again and again until the deadline. Foreign ones are written over; those that may not be, or
 * cannot, end the watch.
 */
export async function watchDrift(watch: Watch, deadline: number | null): Promise<void> {
  for (;;) {
    const at = watch.now() + driftInterval;
    await waitUntil(deadline === null ? at : Math.min(at, deadline), watch);
    if (deadline !== null && at >= deadline) return;
    const found = await lookForDrift(watch);
    if (found.length === 0) continue;
    watch.drifts.push(...found.slice(0, longestList - watch.drifts.length));
    watch.drifted = found.some(({ reasserted }) => !reasserted);
    Context.current().heartbeat(detailsOf(watch));
    if (watch.drifted) watch.end();
  }
}

/** What cannot be read now is read the next time: that says nothing of the weights. */
async function lookForDrift({ client, input, signal }: Watch): Promise<readonly Drift[]> {
  const { namespace, services, routing, ignore, weights, drift } = input;
  try {
    const reassert = drift === 'reassert';
    return await checkDrift(client, { namespace, services, routing, ignore, weights, reassert });
  } catch (error) {
    signal.throwIfAborted();
    Context.current().log.warn(`cannot check the weights of ${namespace}: ${messageOf(error)}`);
    return [];
  }
}
