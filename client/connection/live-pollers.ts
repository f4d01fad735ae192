/** What the server knows of a worker that polls. */
export interface Poller {
  /** When its latest poll began. */
  readonly lastAccessTime?: { readonly seconds?: unknown } | null;
}

/** A worker's poll is answered, or ended empty and begun anew, within 60 s; some more for the way and the clocks. */
const longestPoll = 75_000;

/** Pollers that may still be there at a time in ms since 1970: the server lists those that died for minutes. */
export function livePollers<Known extends Poller>(pollers: readonly Known[], now: number): Known[] {
  return pollers.filter(({ lastAccessTime }) => {
    // A server that does not say is believed.
    if (lastAccessTime?.seconds === undefined || lastAccessTime.seconds === null) return true;
    return now - Number(lastAccessTime.seconds) * 1000 <= longestPoll;
  });
}
