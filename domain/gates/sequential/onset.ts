import { logMixture } from './mixture.ts';

/**
 * Evidence for alternatives that may have begun to hold at any time: a version can be healthy for long and fail then.
 * Without it, all the good requests before would count in the version's favour, and half an hour of them would take
 * hundreds of bad ones to outweigh.
 */
export interface Onsets {
  /** How many moments there were from which an alternative may hold. */
  readonly moments: number;
  /** Requests since the latest of them. */
  readonly requests: number;
  /** By alternative: logarithm of the sum, over those moments, of a moment's weight times the likelihood ratio since. */
  readonly logSums: readonly number[];
}

/** Weight of the first moment: most faults are there from the first request on, and should cost nothing to find. */
const first = 0.9;

/** Logarithm of the weight of a moment by its number, from 1; all of them together weigh 1. */
function logWeight(moment: number): number {
  return moment === 1 ? Math.log(first) : Math.log((1 - first) / (moment * (moment - 1)));
}

/** Logarithm of what all moments after that one weigh together. */
function logWeightAfter(moment: number): number {
  return Math.log((1 - first) / moment);
}

/** Before the first request, which is the first moment. */
export function openOnsets(alternatives: number): Onsets {
  return { moments: 1, requests: 0, logSums: Array.from({ length: alternatives }, () => logWeight(1)) };
}

/**
 * More evidence: for each alternative, the logarithm of the likelihood ratio of some requests. A new moment begins
 * before them if `spacing` requests came since the latest one. What decides is known before these requests, so the
 * sums stay test martingales: a mixture over change points, as in A. N. Shiryaev, "On optimum methods in quickest
 * detection problems", Theory of Probability and Its Applications 8 (1963); A. Ramdas, P. Grünwald, V. Vovk, G. Shafer,
 * "Game-theoretic statistics and safe anytime-valid inference", Statistical Science 38 (2023).
 */
export function addLogRatios(
  onsets: Onsets,
  requests: number,
  logRatios: readonly number[],
  spacing: number,
): Onsets {
  const begun = onsets.requests < spacing ? onsets : beginMoment(onsets);
  return {
    ...begun,
    requests: begun.requests + requests,
    logSums: begun.logSums.map((logSum, i) => logSum + (logRatios[i] ?? 0)),
  };
}

function beginMoment({ moments, logSums }: Onsets): Onsets {
  const moment = moments + 1;
  return { moments: moment, requests: 0, logSums: logSums.map((sum) => logAdd(sum, logWeight(moment))) };
}

/** Logarithm of the evidence: alternatives by their weights, and moments to come at the 1 that they start with. */
export function logEvidenceOf({ moments, logSums }: Onsets, weights: readonly number[]): number {
  return logMixture(
    weights,
    logSums.map((logSum) => logAdd(logSum, logWeightAfter(moments))),
  );
}

function logAdd(a: number, b: number): number {
  return Math.max(a, b) + Math.log1p(Math.exp(-Math.abs(a - b)));
}
