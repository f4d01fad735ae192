/** Arithmetic of weights. */
import type { SubsetWeights, Weights } from './rollout.ts';

/** A service as far as its stable weights are concerned. */
export interface StableSubset {
  readonly host: string;
  readonly stable: string;
}

/** All traffic of every service on its stable subset: what abort and rollback restore. */
export function stableWeights(services: readonly StableSubset[]): Weights {
  return Object.fromEntries(services.map(({ host, stable }) => [host, { [stable]: 100 }]));
}

/** Weights after a change: a host that the change names takes its new weights whole, the others keep theirs. */
export function mergeWeights(base: Weights, change: Weights): Weights {
  return { ...base, ...change };
}

/** Subsets that get requests at all. */
export function routedSubsets(weights: SubsetWeights): string[] {
  return Object.keys(weights).filter((subset) => weightOf(weights, subset) > 0);
}

/** Whether two sets of weights route alike; a subset that is not named has weight 0. */
export function sameSubsetWeights(one: SubsetWeights, other: SubsetWeights): boolean {
  const subsets = [...Object.keys(one), ...Object.keys(other)];
  return subsets.every((subset) => weightOf(one, subset) === weightOf(other, subset));
}

/** Weights in one line, as in `reviews v1 90, v2 10; ratings v1 100`. */
export function formatWeights(weights: Weights): string {
  return Object.entries(weights)
    .map(([host, subsets]) => `${host} ${formatSubsets(subsets)}`)
    .join('; ');
}

function formatSubsets(subsets: SubsetWeights): string {
  return Object.entries(subsets)
    .map(([subset, weight]) => `${subset} ${weight}`)
    .join(', ');
}

function weightOf(weights: SubsetWeights, subset: string): number {
  return Object.hasOwn(weights, subset) ? (weights[subset] ?? 0) : 0;
}
