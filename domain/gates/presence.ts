/** Whether a version still gets requests: one that nobody calls any more is not vouched for by those it had. */
export interface Presence {
  /** Milliseconds of all looks so far. */
  readonly watched: number;
  /** Milliseconds since the end of the latest look that saw requests. */
  readonly silent: number;
}

export const openPresence: Presence = { watched: 0, silent: 0 };

/** Presence after a look over the milliseconds since the one before, which saw some requests or none. */
export function addTime({ watched, silent }: Presence, elapsed: number, requests: number): Presence {
  return { watched: watched + elapsed, silent: requests > 0 ? 0 : silent + elapsed };
}

/** Below this nothing is silence, in ms: proxies hand out histograms every 5 s, and pods are replaced in seconds. */
const shortest = 15_000;

/** A Prometheus that is asked more often than it scrapes shows nothing new in most looks. */
const shortestLooks = 6;

/** Of requests that come at random, one in e^20 = 500 million is this many mean gaps behind the one before. */
const gaps = 20;

/**
 * Whether requests have stopped: none for longer than chance lets them stay away.
 * @param requests all of them so far
 * @param interval of the looks, in ms
 */
export function hasStopped({ watched, silent }: Presence, requests: number, interval: number): boolean {
  const meanGap = (watched - silent) / requests;
  return silent > Math.max(shortest, shortestLooks * interval, gaps * meanGap);
}
