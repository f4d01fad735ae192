/**
 * Logarithm of a weighted mean of likelihood ratios that are given as logarithms themselves. A mean of e-processes is
 * one too, so a grid of alternatives needs no correction for their number: H. Robbins, "Statistical methods related
 * to the law of the iterated logarithm", Annals of Mathematical Statistics 41 (1970).
 * @param weights sum up to 1
 */
export function logMixture(weights: readonly number[], logRatios: readonly number[]): number {
  // Taken out before the exponentials: a ratio itself may be beyond the largest float.
  const largest = Math.max(...logRatios);
  const sum = weights.reduce((so, weight, i) => so + weight * Math.exp((logRatios[i] ?? 0) - largest), 0);
  return largest + Math.log(sum);
}
