/** Deadlines for what a run does by itself. */
import { ApplicationFailure, CancellationScope, condition, isCancellation } from '@temporalio/workflow';
import { formatDuration } from '../domain/duration.ts';
import { FailureType } from '../domain/failure.ts';
import type { Steering } from './steering.ts';

/** A limit on the time that something takes, waits for people not counted. */
export interface Deadline {
  /** What has to end in time, as the failure names it. */
  readonly what: string;
  /** Milliseconds; null for no limit. */
  readonly limit: number | null;
}

/**
 * Does work that has to end in time.
 * @throws DeadlineExceeded when it did not; the work was cancelled then
 */
export async function within<T>(
  { what, limit }: Deadline,
  steering: Steering,
  work: () => Promise<T>,
): Promise<T> {
  if (limit === null) return await work();
  const working = new CancellationScope({ cancellable: true });
  const timer = new CancellationScope({ cancellable: true });
  const deadline = { exceeded: false };
  const timing = timer
    .run(() => elapse(what, limit, () => steering.waits))
    .then(
      () => {
        deadline.exceeded = true;
        working.cancel();
      },
      // Cancelled below: the work ended first.
      () => undefined,
    );
  try {
    return await working.run(work);
  } catch (error) {
    throw deadline.exceeded && isCancellation(error) ? exceeded(what, limit) : error;
  } finally {
    timer.cancel();
    await timing;
  }
}

/** Ends once `limit` milliseconds have passed in which nobody was waited for. */
async function elapse(what: string, limit: number, waits: () => boolean): Promise<void> {
  const summary = `progress deadline of ${what}`;
  for (let left = limit; ;) {
    await condition(() => !waits());
    const since = Date.now();
    const interrupted = await condition(waits, Math.max(1, left), { summary });
    // Not decided by the clock, which may lag in a replay: only the timer's own end is the same in each.
    if (!interrupted) return;
    left -= Date.now() - since;
  }
}

function exceeded(what: string, limit: number): ApplicationFailure {
  return ApplicationFailure.nonRetryable(
    `${what} did not end within its progress deadline of ${formatDuration(limit)}`,
    FailureType.deadlineExceeded,
  );
}
