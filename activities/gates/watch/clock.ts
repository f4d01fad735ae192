import { Context } from '@temporalio/activity';

/** Epoch ms, in whole ones. */
export type Clock = () => number;

/** Whose time an attempt begins with: the worker's wall clock, or Temporal's as far as it is known from a task. */
export type ClockSource = 'worker' | 'temporal';

/**
 * A clock for one attempt. It is read once and goes on with the time since then: a wall clock that is set meanwhile neither
 * shortens nor lengthens anything. No attempt begins before Temporal has scheduled it, so that one that is behind
 * is put right; one that is ahead is not known from one that began late. Temporal's own time is late by what the
 * attempt waited for a worker, and never early.
 */
export function attemptClock(source: ClockSource): Clock {
  const { currentAttemptScheduledTimestampMs: scheduled } = Context.current().info;
  const start = source === 'temporal' ? scheduled : Math.max(scheduled, Date.now());
  const began = performance.now();
  return () => Math.floor(start + performance.now() - began);
}
