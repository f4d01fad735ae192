/** Whether callers were answered by the versions that the weights ask for. */
import type { RolloutResult, SubsetWeights } from '../../../domain/rollout.ts';
import { binomialInterval } from '../../../lab/load/binomial.ts';
import type { RunHistory } from '../run/history.ts';
import type { Seen } from '../run/load.ts';

const host = 'reviews';

/** One in a million lies outside: a hundred runs have some hundred shares. */
const confidence = 0.999_999;

/** Fewer show nothing. */
const leastRequests = 20;

interface ShiftInput {
  readonly restoring?: true;
}

/**
 * Shares of each stage, by the server's clock: from when its shift was known to be seen until its watch had ended, or
 * traffic went back without waiting for that.
 */
export function wrongShares({ stages }: RolloutResult, { activities }: RunHistory, load: Seen): string[] {
  const allShifts = activities.filter(({ type }) => type === 'shiftTraffic');
  const shifts = allShifts.filter(({ input }) => !isRestoring(input));
  const back = allShifts.find(({ input }) => isRestoring(input))?.scheduledAt ?? Infinity;
  const watches = activities.filter(({ type }) => type === 'watchStage');
  let weights: SubsetWeights = {};
  return stages.flatMap((stage, index) => {
    weights = stage.weights[host] ?? weights;
    const from = shifts[index]?.completedAt ?? null;
    const watch = watches.find(
      ({ input }) => (input as { workflowStage: string }).workflowStage === stage.name,
    );
    const until = watch?.completedAt ?? null;
    if (from === null || until === null) return [];
    return outside(stage.name, weights, load, from, Math.min(until, back));
  });
}

function isRestoring(input: unknown): boolean {
  return (input as ShiftInput).restoring === true;
}

function outside(stage: string, weights: SubsetWeights, load: Seen, from: number, until: number): string[] {
  const { requests, failed, byVersion } = load.reviews(from, until);
  const answered = requests - failed;
  const versions = new Set([...Object.keys(weights), ...Object.keys(byVersion)]);
  // Answers that failed are not counted by version: what is left of a broken one says nothing of its share.
  if (failed > 0 || answered < leastRequests)
    return only(stage, Object.keys(weights), Object.keys(byVersion));
  return [...versions].flatMap((version) => {
    const seen = byVersion[version] ?? 0;
    const [low, high] = binomialInterval(answered, (weights[version] ?? 0) / 100, confidence);
    if (seen >= low && seen <= high) return [];
    return [`${stage}: ${seen} of ${answered} requests by ${version}, expected ${low} to ${high}`];
  });
}

function only(when: string, allowed: readonly string[], seen: readonly string[]): string[] {
  const foreign = seen.filter((version) => !allowed.includes(version));
  return foreign.length === 0 ? [] : [`${when}: requests were answered by ${foreign.join(', ')}`];
}

/** What the outcome leaves as the one version, and that callers have it: nobody else answers after the end. */
export function wrongEnd({ outcome, weights }: RolloutResult, load: Seen, endedAt: number): string[] {
  const version = outcome === 'Promoted' ? 'v3' : 'v1';
  const told = weights[host] ?? {};
  const wrong = told[version] === 100 ? [] : [`the result tells the weights ${JSON.stringify(told)}`];
  const { requests, byVersion } = load.reviews(endedAt, Infinity);
  if (requests < leastRequests) wrong.push(`just ${requests} requests after the end`);
  return [...wrong, ...only('after the end', [version], Object.keys(byVersion))];
}
