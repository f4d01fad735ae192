/** What a stage means for the whole delivery: a stage names just the hosts it changes. */
import type { SubsetWeights, Weights } from './rollout.ts';
import { mergeWeights, sameSubsetWeights } from './weights.ts';

interface WeightedStage {
  readonly weights: Weights;
}

/** Weights of every host while a stage holds: those of the stages so far, later ones over earlier ones. */
export function effectiveWeights(stages: readonly WeightedStage[], index: number): Weights {
  return stages.slice(0, index + 1).reduce<Weights>((sum, stage) => mergeWeights(sum, stage.weights), {});
}

/** Hosts whose weights change from one stage to a later one, in the order in which they first do. */
export function changedHosts(stages: readonly WeightedStage[]): string[] {
  const changed = new Set<string>();
  const before = new Map<string, SubsetWeights>();
  for (const [index, stage] of stages.entries()) {
    for (const [host, weights] of Object.entries(stage.weights)) {
      if (index > 0 && !sameSubsetWeights(before.get(host) ?? {}, weights)) changed.add(host);
      before.set(host, weights);
    }
  }
  return [...changed];
}
