/** When a gate looks; all in epoch ms. */
export interface Schedule {
  /** When the proxies had the weights. */
  readonly since: number;
  /** End of the hold; null for a watch that goes on until it is cancelled. */
  readonly deadline: number | null;
  readonly interval: number;
  readonly window: number;
}

/**
 * The sample after `last` (null before the first), or null when there is none left. Samples are one interval apart
 * from the first whole window after `since` on, so none counts requests of other weights; the last one is at the
 * deadline. Samples that were missed are not made up for: the latest that is due stands for them.
 */
export function nextSample(schedule: Schedule, last: number | null, now: number): number | null {
  const { since, deadline, interval, window } = schedule;
  const first = since + window;
  if (deadline !== null && (first > deadline || last === deadline)) return null;
  const after = last === null ? 0 : Math.floor((last - first) / interval) + 1;
  const due = Math.floor((now - first) / interval);
  const next = first + Math.max(after, due, 0) * interval;
  return deadline === null ? next : Math.min(next, deadline);
}
