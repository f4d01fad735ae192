import { asyncLocalStorage, Context } from '@temporalio/activity';

/**
 * Does work of the current activity that its cancellation, come or to come, does not stop; for cleaning up.
 * @param timeout milliseconds after which the work is stopped instead
 */
export async function beyondCancellation<T>(timeout: number, work: () => Promise<T>): Promise<T> {
  // Clients take the signal from the context, so the work gets one of its own, alike in everything else.
  const context = Object.create(Context.current(), {
    cancellationSignal: { value: AbortSignal.timeout(timeout) },
  }) as Context;
  return await asyncLocalStorage.run(context, work);
}
