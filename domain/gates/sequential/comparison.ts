import { logNoncentralRatio } from './noncentral.ts';
import { addLogRatios, logEvidenceOf, openOnsets, type Onsets } from './onset.ts';
import { noRequests, sumTallies, type Tally } from './tally.ts';

/** Requests of both versions over the same time. */
export interface Stratum {
  readonly candidate: Tally;
  readonly stable: Tally;
}

export const emptyStratum: Stratum = { candidate: noRequests, stable: noRequests };

/**
 * How many times worse the candidate's odds of a bad request may be: a little, clearly, and as if it fails everything.
 * The last weighs most: at 10 % of 50 requests/s each bad request of the candidate among a dozen good ones counts about
 * 11-fold, so that three of them exceed 1/alpha = 100 (0.9 x 0.5 x 11 x 11 x 11 = 600) even where two fall into one stratum,
 * or alpha is shared by two subsets. Even weights would ask for a fourth. It costs a fault of a few percent less than
 * a tenth of its time: what a weight takes away is its logarithm.
 */
const oddsRatios = [2, 4, 16, 256];
const weights = [0.12, 0.18, 0.2, 0.5];

/**
 * Requests that close a stratum, of both versions together. Not "some of each": which of two versions a request goes to
 * is chance, so the versions of a stratum's requests may be swapped as long as nothing but their number closed it. One
 * that waited for the candidate would end with the candidate's request, and just there sees a fault of a shared
 * dependency that has just begun: with a fault that comes and goes, 5 % false alarms at an alpha of 1 %.
 * Few, so that at 50 requests/s most looks at an interval of 250 ms close one; enough for the stable version to be
 * compared with, however slow the traffic is.
 */
const closingRequests = 10;

export function isClosed({ candidate, stable }: Stratum): boolean {
  return candidate.requests + stable.requests >= closingRequests;
}

export function extendStratum(stratum: Stratum, candidate: Tally, stable: Tally): Stratum {
  return {
    candidate: sumTallies(stratum.candidate, candidate),
    stable: sumTallies(stratum.stable, stable),
  };
}

/** Requests of both versions after which another moment begins: about ten of the candidate's at 10 % of the traffic. */
const spacing = 100;

export const openComparison: Onsets = openOnsets(oddsRatios.length);

/** Evidence after one more stratum. */
export function addStratum(comparison: Onsets, stratum: Stratum): Onsets {
  const { candidate, stable } = stratum;
  const { requests } = sumTallies(candidate, stable);
  const logRatios = saysNothing(stratum)
    ? []
    : oddsRatios.map((odds) => logNoncentralRatio(candidate, stable, odds));
  return addLogRatios(comparison, requests, logRatios, spacing);
}

/** Requests of one version alone, all good or all bad, are as likely under every odds ratio. */
function saysNothing({ candidate, stable }: Stratum): boolean {
  const { requests, bad } = sumTallies(candidate, stable);
  return bad === 0 || bad === requests || candidate.requests === 0 || stable.requests === 0;
}

/**
 * Logarithm of the evidence that the candidate is worse than the stable version at the same time, from some moment
 * on: a product over strata for each odds ratio, and a mixture over odds ratios and moments. Conditional on what both versions had together, whatever
 * makes requests bad on both at once cancels, also where it comes and goes.
 * Sources: N. Mantel, W. Haenszel, "Statistical aspects of the analysis of data from retrospective studies of disease",
 * Journal of the National Cancer Institute 22 (1959); J. ter Schure, M. F. Pérez-Ortiz, A. Ly, P. Grünwald, "The
 * anytime-valid logrank test", New England Journal of Statistics in Data Science 2 (2024); R. J. Turner, P. Grünwald,
 * "Safe sequential testing and effect estimation in stratified count data", AISTATS (2023).
 */
export function logComparison(comparison: Onsets): number {
  return logEvidenceOf(comparison, weights);
}

/** Whether "the same odds" explains what both versions had at least as well as the smallest of the odds ratios does. */
export function speaksForEquals(comparison: Onsets): boolean {
  return logEvidenceOf(comparison, onlySmallest) <= 0;
}

const onlySmallest = oddsRatios.map((odds) => (odds === Math.min(...oddsRatios) ? 1 : 0));
