import { addLogRatios, logEvidenceOf, openOnsets, type Onsets } from './onset.ts';

/** Requests of one interval whose failures no version was told of, beside those whose version is known. */
export interface UnknownFailures {
  /** Failed requests without a version. */
  readonly failures: number;
  /** Requests that are known to have gone to the candidate. */
  readonly candidate: number;
  /** Requests that are known to have gone to other versions. */
  readonly others: number;
  /** The candidate's share of all requests, by weight: over 0 and under 1. */
  readonly share: number;
}

/**
 * Shares that the candidate may have among the requests whose version is known, as multiples of its weight: nearly all of its
 * requests fail without a version, most of them, or a third.
 */
const fractions = [0.02, 0.35, 0.7];
const weights = [0.7, 0.2, 0.1];

/** Requests after which another moment begins: about ten of the candidate's at 10 % of the traffic. */
const spacing = 100;

/** Evidence by shares, and the shares before any request failed without a version. */
export interface Shares {
  readonly onsets: Onsets;
  /** Requests of known versions until then: a user's own routes may send the candidate less than its weight. */
  readonly before: { readonly candidate: number; readonly others: number };
}

export const openShares: Shares = {
  onsets: openOnsets(fractions.length),
  before: { candidate: 0, others: 0 },
};

/** Requests that tell the candidate's share well enough to go by it, where it is smaller than its weight. */
const telling = 200;

/**
 * Evidence after some more requests that failures without a version are the candidate's. Proxies choose a version for each
 * request by its weight, whatever becomes of it. If the candidate fails no more often without a version than the others do, it
 * has at least its usual share among the requests whose version is known. The ratio of the likelihoods of a smaller and of that
 * share is a supermartingale for any true share that is not smaller. A. Wald, "Sequential Analysis" (1947).
 * @param isFirst whether no request has failed without a version so far
 */
export function addShares(shares: Shares, seen: UnknownFailures, isFirst: boolean): Shares {
  const { candidate, others, failures } = seen;
  const share = usualShare(shares, seen.share);
  const { before } = shares;
  const logRatios = fractions.map(
    (fraction) =>
      candidate * Math.log(fraction) + others * (Math.log1p(-fraction * share) - Math.log1p(-share)),
  );
  return {
    onsets: addLogRatios(shares.onsets, candidate + others, logRatios, spacing),
    before:
      isFirst && failures === 0
        ? { candidate: before.candidate + candidate, others: before.others + others }
        : before,
  };
}

/** The candidate's share without failures: its weight, or what it had before where that was less. */
function usualShare({ before: { candidate, others } }: Shares, weight: number): number {
  const total = candidate + others;
  return total < telling ? weight : Math.min(weight, (candidate + 1) / (total + 1));
}

/** Logarithm of the evidence that failures without a version are the candidate's. */
export function logShares({ onsets }: Shares): number {
  return logEvidenceOf(onsets, weights);
}

/** Whether the candidate has its share among the requests whose version is known, rather than a third less. */
export function hasItsShare({ onsets }: Shares): boolean {
  return logEvidenceOf(onsets, onlyLargest) <= 0;
}

const onlyLargest = fractions.map((fraction) => (fraction === Math.max(...fractions) ? 1 : 0));
