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
import { logMixture } from './mixture.ts';
import type { Onsets } from './onset.ts';
import { addShares, logShares, openShares, type Shares, type UnknownFailures } from './shares.ts';
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
  /** Failures that no version was told of. */
  readonly unknown: number;
  /** As `absolute`, with those failures for the candidate's. */
  readonly withUnknown: Onsets;
  readonly shares: Shares;
  /** Logarithm of the evidence when the first failure without a version came; 0 before. */
  readonly stake: number;
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
    unknown: 0,
    withUnknown: openAbsolute,
    shares: openShares,
    stake: 0,
    logEvidence: 0,
  };
}

/**
 * How much of the evidence goes on by requests of known versions, and by shares of those, from the first failure without a
 * version on: of what was won until then, so that the whole stays a test supermartingale.
 */
const means = [0.8, 0.2];

/**
 * State after one more look, at the requests since the look before.
 *
 * The candidate is healthy if no more than the allowed share of its requests is bad, or no more than of the stable
 * version at the same time. The evidence is the smaller one of those against each: whichever of the two holds, its own
 * evidence exceeds 1/alpha with probability alpha at most, so the smaller one does. Failures that no version was told of are
 * the candidate's as far as it has less than its weight among the requests of known versions.
 *
 * @param stable null where the stable version has no weight, or is the one that is judged
 * @param unknown null where every failure has a version, or where the candidate has all of the traffic
 * @throws RangeError if a tally is none
 */
export function addTallies(
  state: SequentialState,
  { allowed }: { readonly allowed: number },
  candidate: Tally,
  stable: Tally | null,
  unknown: UnknownFailures | null = null,
): SequentialState {
  checkTally('candidate', candidate);
  if (stable !== null) checkTally('stable version', stable);
  const next = {
    ...state,
    candidate: sumTallies(state.candidate, candidate),
    absolute: addRequests(state.absolute, candidate, allowed),
    ...(stable !== null && compare(state, candidate, stable)),
    ...(unknown !== null && blame(state, allowed, candidate, unknown)),
  };
  return { ...next, logEvidence: Math.max(state.logEvidence, logEvidenceNow(next)) };
}

function blame(
  state: SequentialState,
  allowed: number,
  candidate: Tally,
  unknown: UnknownFailures,
): Pick<SequentialState, 'unknown' | 'withUnknown' | 'shares' | 'stake'> {
  const { unknown: before, withUnknown, shares } = state;
  const { failures } = unknown;
  const all = { requests: candidate.requests + failures, bad: candidate.bad + failures };
  return {
    unknown: before + failures,
    withUnknown: addRequests(withUnknown, all, allowed),
    shares: addShares(shares, unknown, before === 0),
    stake: before === 0 && failures > 0 ? logKnown(state) : state.stake,
  };
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

function logEvidenceNow(state: SequentialState): number {
  const known = logKnown(state);
  if (state.unknown === 0) return known;
  const byShares = Math.min(logAbsolute(state.withUnknown), logShares(state.shares));
  return logMixture(means, [known, state.stake + byShares]);
}

/** Evidence by requests of known versions. */
function logKnown({ absolute, stable, comparison }: SequentialState): number {
  const alone = logAbsolute(absolute);
  return stable === null ? alone : Math.min(alone, logComparison(comparison));
}
