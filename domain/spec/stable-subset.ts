import type { SubsetWeights } from '../rollout.ts';

/** Subsets with the most weight; more than one where that is equal. */
export function heaviestSubsets(weights: SubsetWeights): string[] {
  const most = Math.max(0, ...Object.values(weights));
  return Object.keys(weights).filter((subset) => most > 0 && weights[subset] === most);
}
