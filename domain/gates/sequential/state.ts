import { addRequests, logAbsolute, openAbsolute } from './absolute.ts';
import {
  addStratum,
  emptyStratum,
  extendStratum,
  isClosed,
  logComparison,
  openComparison,
  type Stratum,
} from './comparison.ts';
import type { Onsets } from './onset.ts';
import { checkTally, noRequests, sumTallies, type Tally } from './tally.ts';

/** All that the test keeps between two looks; JSON brings it back unchanged. */
export interface SequentialState {
  /** All requests of the candidate. */
  readonly candidate: Tally;
  /** All requests of the stable version; null as long as it has no weight. */
  readonly stable: Tally | null;
  /** Requests that wait to be compared. */
  readonly stratum: Stratum;
  readonly absolute: Onsets;
  readonly comparison: Onsets;
  /** Logarithm of the largest e-value so far: Ville's inequality bounds the largest, so a verdict never wears off. */
  readonly logEvidence: number;
}

/** The state before the first look. */
export function openState(): SequentialState {
  return {
    candidate: noRequests,
    stable: null,
    stratum: emptyStratum,
    absolute: openAbsolute,
    comparison: openComparison,
    logEvidence: 0,
  };
}

/**
 * State after one more look, at the requests since the look before.
 *
 * The candidate is healthy if no more than the allowed share of its requests is bad, or no more than of the stable
 * version at the same time. The evidence is the smaller one of those against each: whichever of the two holds, its own
 * evidence exceeds 1/alpha with probability alpha at most, so the smaller one does.
 *
 * @param stable null where the stable version has no weight, or is the one that is judged
 * @throws RangeError if a tally is none
 */
export function addTallies(
  state: SequentialState,
  { allowed }: { readonly allowed: number },
  candidate: Tally,
  stable: Tally | null,
): SequentialState {
  checkTally('candidate', candidate);
  if (stable !== null) checkTally('stable version', stable);
  const next = {
    ...state,
    candidate: sumTallies(state.candidate, candidate),
    absolute: addRequests(state.absolute, candidate, allowed),
    ...(stable !== null && compare(state, candidate, stable)),
  };
  return { ...next, logEvidence: Math.max(state.logEvidence, logEvidenceNow(next)) };
}

function compare(
  { stable: before, stratum: open, comparison }: SequentialState,
  candidate: Tally,
  stable: Tally,
): Pick<SequentialState, 'stable' | 'stratum' | 'comparison'> {
  const stratum = extendStratum(open, candidate, stable);
  const sum = sumTallies(before ?? noRequests, stable);
  if (!isClosed(stratum)) return { stable: sum, stratum, comparison };
  return { stable: sum, stratum: emptyStratum, comparison: addStratum(comparison, stratum) };
}

function logEvidenceNow({ absolute, stable, comparison }: SequentialState): number {
  const alone = logAbsolute(absolute);
  return stable === null ? alone : Math.min(alone, logComparison(comparison));
}
