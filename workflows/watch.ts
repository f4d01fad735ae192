/** The watch over a stage's gates, as the hold sees it. */
import { ActivityFailure, CancellationScope, condition, isCancellation, sleep } from '@temporalio/workflow';
import type { GateReport, Verdict } from '../domain/rollout.ts';
import type { StageSpec } from '../domain/spec/document.ts';
import { effectiveWeights } from '../domain/stage-plan.ts';
import { watch } from './activities.ts';
import { describeFailure } from './failures.ts';
import { watchGrace, watchLimit } from './retries.ts';
import type { Delivery } from './run.ts';

/** What the gates of a stage said. */
export interface Seen {
  readonly verdict: Verdict;
  readonly reason: string;
  readonly requests: number | null;
  /** When the watch ended, by the clock of who watched. */
  readonly endedAt: string;
  readonly gates: readonly GateReport[];
}

interface Watched {
  readonly delivery: Delivery;
  readonly stage: StageSpec;
  readonly observedAt: string;
}

/** Watches until a point in time (ms since 1970), or until a gate fails. */
export async function watchUntil(watched: Watched, deadline: number): Promise<Seen> {
  if (watched.stage.gates.length === 0) return await waitUntil(watched, deadline);
  try {
    return await watchStage(watched, deadline);
  } catch (error) {
    if (isCancellation(error) || !(error instanceof ActivityFailure)) throw error;
    // A watch that could not be done is no evidence either way, and the stage keeps its whole hold.
    const failure = describeFailure(error);
    await waitUntil(watched, deadline);
    return unwatched(failure.message);
  }
}

/**
 * Watches without a deadline for as long as `waiting` says so.
 * @returns what a failing gate said; null if none failed
 */
export async function watchWhile(watched: Watched, waiting: () => boolean): Promise<Seen | null> {
  if (watched.stage.gates.length === 0) return await condition(() => !waiting()).then(() => null);
  const scope = new CancellationScope({ cancellable: true });
  const seen: { failed: Seen | null } = { failed: null };
  const watching = scope
    .run(() => watchStage(watched, null))
    .then(
      (last) => {
        if (last.verdict === 'fail') seen.failed = last;
      },
      // Cancelled below, or not possible: the wait goes on without it.
      () => undefined,
    );
  await condition(() => seen.failed !== null || !waiting());
  scope.cancel();
  await watching;
  return seen.failed;
}

async function watchStage({ delivery, stage, observedAt }: Watched, deadline: number | null): Promise<Seen> {
  const { connection, spec } = delivery;
  const { namespace, services } = spec;
  const args = {
    connection,
    namespace,
    services,
    weights: effectiveWeights(spec.stages, spec.stages.indexOf(stage)),
    gates: stage.gates,
    prometheus: spec.prometheus ?? connection.prometheus,
    since: observedAt,
    deadline: deadline === null ? null : new Date(deadline).toISOString(),
  };
  const options = { summary: `watching ${stage.name}`, scheduleToCloseTimeout: timeLeft(deadline) };
  return await watch.watchStage.executeWithOptions(options, [args]);
}

function timeLeft(deadline: number | null): number {
  return deadline === null ? watchLimit : Math.max(0, deadline - Date.now()) + watchGrace;
}

async function waitUntil({ stage }: Watched, deadline: number): Promise<Seen> {
  const left = deadline - Date.now();
  if (left > 0) await sleep(left, { summary: `holding ${stage.name}` });
  return {
    verdict: 'pass',
    reason: 'no gates',
    requests: null,
    endedAt: new Date().toISOString(),
    gates: [],
  };
}

function unwatched(reason: string): Seen {
  return {
    verdict: 'inconclusive',
    reason: `the gates could not be watched: ${reason}`,
    requests: null,
    endedAt: new Date().toISOString(),
    gates: [],
  };
}
