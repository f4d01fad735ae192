/** How a run ends, whatever way it goes: outcome, undo, result. */
import {
  allHandlersFinished,
  ApplicationFailure,
  CancellationScope,
  condition,
  isCancellation,
  log,
} from '@temporalio/workflow';
import { FailureType } from '../domain/failure.ts';
import type { Outcome, RolloutResult } from '../domain/rollout.ts';
import type { Failure } from './failures.ts';
import { describeFailure } from './failures.ts';
import { takeBack } from './compensation.ts';
import { stopTimeout } from './retries.ts';
import type { Run } from './run.ts';
import { releaseTargets, restoreTraffic } from './traffic.ts';

interface Ending {
  readonly outcome: Outcome;
  readonly reason: string;
  readonly failure: Failure | null;
}

/**
 * Tells the story and ends the run: anything but its good end takes traffic back first, then what the document
 * says to remove. Nothing can cancel that.
 * @throws ApplicationFailure with the result as its first detail, when the outcome is `Failed`
 */
export async function conclude(run: Run, story: () => Promise<void>): Promise<RolloutResult> {
  const told = await tell(run, story);
  return await CancellationScope.nonCancellable(async () => {
    const ending = told.outcome === 'Promoted' ? told : await undo(run, told);
    await release(run);
    run.status.enter(ending.reason, ending.outcome);
    await condition(allHandlersFinished);
    return answer(run, ending);
  });
}

async function tell(run: Run, story: () => Promise<void>): Promise<Ending> {
  try {
    await run.scope.run(story);
    // An abort that came with the very last answer interrupted nothing, and still counts.
    if (run.scope.consideredCancelled) return aborted(run);
    return { outcome: 'Promoted', reason: 'every stage passed', failure: null };
  } catch (error) {
    return isCancellation(error) ? aborted(run) : failed(describeFailure(error));
  }
}

function aborted({ steering }: Run): Ending {
  steering.noteCancellation();
  const { by = 'unknown', reason = '' } = steering.aborted ?? {};
  return { outcome: 'Aborted', reason: `aborted by ${by}${reason && `: ${reason}`}`, failure: null };
}

function failed(failure: Failure): Ending {
  const outcome = failure.type === FailureType.gateFailed ? 'RolledBack' : 'Failed';
  return { outcome, reason: failure.message, failure };
}

/** Traffic first, everything else after; traffic that could not be put back makes any ending a failure. */
async function undo(run: Run, ending: Ending): Promise<Ending> {
  log.info(`undoing: ${ending.reason}`);
  run.status.close(ending.reason);
  run.status.enter(`undoing: ${ending.reason}`, 'RollingBack');
  const { delivery } = run;
  const restored =
    !delivery || (await takeBack({ name: 'traffic', run: () => restoreTraffic(delivery) }, run.report));
  await stopped(run);
  if (run.removes) await run.creations.unwind(run.report);
  return restored
    ? ending
    : { ...ending, outcome: 'Failed', reason: `${ending.reason}; traffic was not put back` };
}

/** What was interrupted has to end before anything is removed, or it might make it again. */
async function stopped({ inFlight, report }: Run): Promise<void> {
  if (inFlight.size === 0) return;
  const summary = 'waiting for interrupted steps to stop';
  if (await condition(() => inFlight.size === 0, stopTimeout, { summary })) return;
  for (const step of inFlight)
    report({ name: step, outcome: 'failed', reason: 'did not stop when it was cancelled' });
}

async function release({ delivery, status, report }: Run): Promise<void> {
  const gone = status.undone.some(({ name, outcome }) => name === 'cluster' && outcome === 'done');
  if (!delivery?.claimed || gone) return;
  await takeBack({ name: 'claim', run: () => releaseTargets(delivery) }, report);
}

function answer(run: Run, { outcome, reason, failure }: Ending): RolloutResult {
  const result = run.status.result(outcome, reason);
  if (outcome !== 'Failed') return result;
  const type = failure?.type ?? 'TrafficNotRestored';
  throw ApplicationFailure.nonRetryable(reason, type, result, ...(failure?.details ?? []));
}
