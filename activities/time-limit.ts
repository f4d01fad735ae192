/** The one place where activities make timeouts: a limit that Node refuses or cuts short is no deadline. */
import { asyncLocalStorage, Context } from '@temporalio/activity';

/** Longest delay of Node's timers, in ms: a longer one fires at once. */
const longestDelay = 2 ** 31 - 1;

/**
 * A signal that aborts when a time is over. `AbortSignal.timeout` throws a RangeError for what is no whole number.
 * @param milliseconds any number: it is rounded up, and kept within what timers can do
 */
export function timeLimit(milliseconds: number): AbortSignal {
  const bounded = Math.min(Math.max(Math.ceil(milliseconds), 0), longestDelay);
  return AbortSignal.timeout(Number.isNaN(bounded) ? 0 : bounded);
}

/**
 * Does work of the current activity, and aborts what it waits for when the signal aborts or the activity is cancelled.
 * Clients take their signal from the activity's context, so the work gets a context of its own, alike in everything else.
 */
export async function abortable<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  const current = Context.current();
  return await withSignal(AbortSignal.any([current.cancellationSignal, signal]), work);
}

/**
 * Does work of the current activity that its cancellation, come or to come, does not stop; for cleaning up.
 * @param timeout milliseconds after which the work is stopped instead
 */
export async function beyondCancellation<T>(timeout: number, work: () => Promise<T>): Promise<T> {
  return await withSignal(timeLimit(timeout), work);
}

async function withSignal<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  const context = Object.create(Context.current(), { cancellationSignal: { value: signal } }) as Context;
  return await asyncLocalStorage.run(context, work);
}
