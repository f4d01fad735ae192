import { addLogRatios, logEvidenceOf, openOnsets, type Onsets } from './onset.ts';
import type { Tally } from './tally.ts';

/**
 * Shares of bad requests that the candidate is tried for, as powers of the allowed share: evenly spread on a
 * logarithmic scale between it and 1, whatever it is. Of 1 % they are 2 %, 5 %, 20 % and 63 %.
 * The small ones weigh most. They decide how long a fault of a few percent stays; a candidate that fails everything
 * exceeds 1 % beyond doubt with its second bad request, and then waits for the comparison with the stable version.
 */
const exponents = [0.85, 0.65, 0.35, 0.1];
const weights = [0.35, 0.35, 0.2, 0.1];

/** Requests after which another moment begins: of the good ones before a fault, no more than these count against it. */
const spacing = 10;

export const openAbsolute: Onsets = openOnsets(exponents.length);

/**
 * Evidence after some more requests.
 * @param allowed share over 0 and under 1
 */
export function addRequests(absolute: Onsets, { requests, bad }: Tally, allowed: number): Onsets {
  const logRatios = exponents.map((exponent) => {
    const share = allowed ** exponent;
    const good = Math.log1p(-share) - Math.log1p(-allowed);
    return bad * Math.log(share / allowed) + (requests - bad) * good;
  });
  return addLogRatios(absolute, requests, logRatios, spacing);
}

/**
 * Logarithm of the evidence that more than the allowed share of requests is bad, from some moment on: a mixture of
 * likelihood ratios of fixed larger shares against the allowed one. Each ratio is a supermartingale as long as no
 * request is bad with more than the allowed probability, so that evidence ever exceeds 1/alpha with probability alpha
 * at most.
 * Sources: A. Wald, "Sequential Analysis" (1947); J. Ville, "Étude critique de la notion de collectif" (1939);
 * A. Ramdas, P. Grünwald, V. Vovk, G. Shafer, "Game-theoretic statistics and safe anytime-valid inference",
 * Statistical Science 38 (2023).
 */
export function logAbsolute(absolute: Onsets): number {
  return logEvidenceOf(absolute, weights);
}
