import { ApplicationFailure, Context } from '@temporalio/activity';
import { detailsOf, type Watch } from './watch.ts';

/** Type of the failure by which a worker that ends gives up a watch: tried again, it goes on elsewhere. */
const handedOver = 'HandedOver';

/**
 * Milliseconds until the next attempt. Without it a watch that was handed over ten times would wait for ten seconds;
 * a little is left so that the worker that ends no longer asks for work.
 */
const nextAttempt = 250;

/** Notes all that the watch has seen, and gives the failure that lets another worker go on from there. */
export function handOver(watch: Watch): ApplicationFailure {
  Context.current().heartbeat(detailsOf(watch));
  return ApplicationFailure.create({
    message: 'this worker ends, the watch goes on with the next one',
    type: handedOver,
    nextRetryDelay: nextAttempt,
  });
}
