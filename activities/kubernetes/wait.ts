import { ApplicationFailure, Context } from '@temporalio/activity';
import { FailureType } from '../../domain/failure.ts';
import { heartbeatWhile } from '../heartbeat.ts';
import { abortable, timeLimit } from '../time-limit.ts';
import { isRetryable } from './failure.ts';

/** What a look gave: the end of the wait, or what is still missing, in words. */
export type Look<T> = { readonly done: T } | { readonly missing: string };

export interface Wait {
  /** What is awaited, as a sentence: `all nodes are Ready`. */
  readonly until: string;
  /** Milliseconds. */
  readonly timeout: number;
  /** Milliseconds between two looks; by their number where they grow rarer. */
  readonly interval?: number | ((looks: number) => number);
}

/** What the last look gets at least, in ms: one that is cut shorter finds nothing. */
const shortestLook = 500;

/**
 * Looks again and again until a look is done; heartbeats what is missing. Trouble that a retry may cure (an API
 * server that restarts) is something that is missing, not an end; a look that lasts is broken off at the deadline.
 * Fails with `DeadlineExceeded`, not retryable, and with what was missing last.
 */
export async function waitUntil<T>(wait: Wait, look: () => Promise<Look<T>>): Promise<T> {
  let missing = '';
  return heartbeatWhile(
    () => missing || wait.until,
    () => lookUntil(wait, look, (words) => (missing = words)),
  );
}

/** The same for an activity that heartbeats already: it is told what is missing. */
export async function lookUntil<T>(
  wait: Wait,
  look: () => Promise<Look<T>>,
  tell: (missing: string) => void,
): Promise<T> {
  const deadline = performance.now() + wait.timeout;
  let missing = '';
  for (let looks = 1; ; looks += 1) {
    const seen = await lookOnce(look, deadline);
    if (seen !== null && 'done' in seen) return seen.done;
    missing = seen?.missing ?? (missing || 'no answer in time');
    tell(missing);
    if (performance.now() >= deadline) throw overdue(wait, missing);
    await Context.current().sleep(Math.min(pause(wait, looks), Math.max(deadline - performance.now(), 0)));
  }
}

function pause({ interval = 500 }: Wait, looks: number): number {
  return typeof interval === 'number' ? interval : interval(looks);
}

/** Null where it was cut off by the deadline: what the one before it found is what is known. */
async function lookOnce<T>(look: () => Promise<Look<T>>, deadline: number): Promise<Look<T> | null> {
  const limit = timeLimit(Math.max(deadline - performance.now(), shortestLook));
  try {
    return await abortable(limit, look);
  } catch (error) {
    Context.current().cancellationSignal.throwIfAborted();
    if (limit.aborted) return null;
    if (isRetryable(error)) return { missing: error.message };
    throw error;
  }
}

function overdue({ until, timeout }: Wait, missing: string): ApplicationFailure {
  return ApplicationFailure.nonRetryable(
    `timed out after ${Math.round(timeout / 1000)} s waiting until ${until}: ${missing}`,
    FailureType.deadlineExceeded,
  );
}
