/** The demo's closing words: the rollout's stages beside what its callers saw. */
import type { RolloutResult } from '../../domain/rollout.ts';
import type { LoadCounts } from '../load/sample.ts';
import type { StageShares, VersionShare } from './shares.ts';

/** What a demo showed; with `--output json` its one document. */
export interface DemoReport {
  readonly result: RolloutResult;
  readonly shares: readonly StageShares[];
  /** Failed requests from the start of stage one until the rollout's end. */
  readonly failed: number;
  /** What callers saw after the rollout's end. */
  readonly after: LoadCounts;
}

/** Outcome, one line a stage, and where the rollout left the traffic. */
export function formatReport({ result, shares, failed, after }: DemoReport): string {
  return [
    `${result.outcome}: ${result.reason}`,
    'seen by the load generator, beside the weights and the 99 % binomial interval around them:',
    ...shares.map(formatStage),
    `  failed requests from the first stage to the end: ${failed}`,
    `  after the end: ${formatVersions(after)}`,
  ].join('\n');
}

function formatStage({ stage, requests, failed, versions }: StageShares): string {
  const answered = requests - failed;
  const parts = versions.map((version) => formatShare(version, answered));
  return `  ${stage}: ${requests} requests, ${failed} failed; ${parts.join(', ')}`;
}

function formatShare(
  { version, weight, requests, expected, within }: VersionShare,
  answered: number,
): string {
  const share = answered === 0 ? '-' : ((100 * requests) / answered).toFixed(1);
  const [low, high] = expected;
  return `${version} ${share} % at ${weight} % (${requests}, ${within ? 'within' : 'OUTSIDE'} ${low}-${high})`;
}

function formatVersions({ byVersion, failed }: LoadCounts): string {
  const versions = Object.entries(byVersion).map(([version, count]) => `${count} of ${version}`);
  return [...versions, `${failed} failed`].join(', ');
}
