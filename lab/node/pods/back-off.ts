/** Milliseconds before the first restart of a crashed container. The kubelet waits ten seconds; a lab is watched. */
const first = 1_000;

const longest = 30_000;

/** A container that ran for so long (milliseconds) starts over with the first delay. */
const healthyAfter = 60_000;

/** How long to wait before each restart of one container: doubles from 1 s up to 30 s. */
export interface BackOff {
  /** The delay, in milliseconds, after a run that lasted `ranFor` milliseconds. */
  next(ranFor: number): number;
}

export function restartBackOff(): BackOff {
  let delay = 0;
  return {
    next: (ranFor) => {
      delay = delay === 0 || ranFor >= healthyAfter ? first : Math.min(delay * 2, longest);
      return delay;
    },
  };
}
