/** What the load generator saw in each stage, beside the weights that the stage asked for. */
import type { RolloutResult, StageResult } from '../../domain/rollout.ts';
import { binomialInterval } from '../load/binomial.ts';
import type { LoadRun } from '../load/run.ts';

/** The service whose version the load generator can tell from a page. */
const observedHost = 'reviews';

export interface VersionShare {
  readonly version: string;
  readonly weight: number;
  readonly requests: number;
  /** Requests between which 99 % of all runs at exactly this weight would lie. */
  readonly expected: readonly [number, number];
  readonly within: boolean;
}

export interface StageShares {
  readonly stage: string;
  readonly requests: number;
  readonly failed: number;
  readonly versions: readonly VersionShare[];
}

/** Shares by stage, counted from when the proxies had the weights until the stage's end. */
export function sharesByStage(result: RolloutResult, load: LoadRun): StageShares[] {
  const shares: StageShares[] = [];
  let weights: Readonly<Record<string, number>> = {};
  for (const stage of result.stages) {
    weights = stage.weights[observedHost] ?? weights;
    if (stage.observedAt !== null && stage.endedAt !== null) {
      shares.push(stageShares(stage, stage.observedAt, stage.endedAt, weights, load));
    }
  }
  return shares;
}

function stageShares(
  stage: StageResult,
  from: string,
  to: string,
  weights: Readonly<Record<string, number>>,
  load: LoadRun,
): StageShares {
  const { requests, failed, byVersion } = load.counts(Date.parse(from), Date.parse(to));
  const answered = requests - failed;
  const versions = new Set([...Object.keys(weights), ...Object.keys(byVersion)]);
  return {
    stage: stage.name,
    requests,
    failed,
    versions: [...versions].sort().map((version) => {
      return versionShare(version, weights[version] ?? 0, byVersion[version] ?? 0, answered);
    }),
  };
}

function versionShare(version: string, weight: number, requests: number, answered: number): VersionShare {
  const [low, high] = binomialInterval(answered, weight / 100, 0.99);
  return { version, weight, requests, expected: [low, high], within: requests >= low && requests <= high };
}
