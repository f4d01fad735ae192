/** How a run ends, whatever way it goes: outcome, undo, result. */
import {
  allHandlersFinished,
  ApplicationFailure,
  CancellationScope,
  condition,
  isCancellation,
  log,
  setHandler,
} from '@temporalio/workflow';
import { putBackBut, turnedDown } from '../domain/failure.ts';
import type { Outcome, RolloutResult } from '../domain/rollout.ts';
import type { NotifiedEvent } from '../domain/spec/document.ts';
import { evidence } from './activities.ts';
import type { Failure } from './failures.ts';
import { describeFailure } from './failures.ts';
import { takeBack } from './compensation.ts';
import { type RestoreInput, restoreQuery } from './messages.ts';
import { stopTimeout } from './retries.ts';
import { closePreviews } from './previews.ts';
import type { Run } from './run.ts';
import { releaseTargets, restoreInput, restoreTraffic } from './traffic.ts';

interface Ending {
  readonly outcome: Outcome;
  readonly reason: string;
  readonly failure: Failure | null;
}

/**
 * Tells the story and ends the run: anything but its good end takes traffic back first, then what the document
 * says to remove. Nothing can cancel that, and nothing takes a promoted version back.
 * @throws ApplicationFailure with the result as its first detail, when the outcome is `Failed`
 */
export async function conclude(run: Run, story: () => Promise<void>): Promise<RolloutResult> {
  setHandler(restoreQuery, () => whatToRestore(run));
  const told = await tell(run, story);
  return await CancellationScope.nonCancellable(async () => {
    run.steering.close(`already over: ${told.reason}`);
    const ending = told.outcome === 'Promoted' ? told : await undo(run, told);
    await release(run);
    await noteLastEvidence(run);
    run.status.end(ending.outcome, ending.reason);
    await run.notices.conclude({ event: events[ending.outcome], stage: null, message: ending.reason });
    await condition(allHandlersFinished);
    return answer(run, ending);
  });
}

/** A run that is terminated undoes nothing: by this another one can. */
function whatToRestore({ delivery }: Run): RestoreInput | null {
  return delivery && delivery.touched.size > 0 ? restoreInput(delivery) : null;
}

async function tell(run: Run, story: () => Promise<void>): Promise<Ending> {
  try {
    await run.scope.run(story);
    // An abort that came with the very last answer interrupted nothing, and still counts.
    if (run.scope.consideredCancelled) return aborted(run);
    return { outcome: 'Promoted', reason: promotionOf(run), failure: null };
  } catch (error) {
    return isCancellation(error) ? aborted(run) : failed(describeFailure(error));
  }
}

const events = {
  Promoted: 'promoted',
  RolledBack: 'rolledBack',
  Aborted: 'aborted',
  Failed: 'failed',
} as const satisfies Record<Outcome, NotifiedEvent>;

function promotionOf({ steering: { promoted }, status }: Run): string {
  if (promoted) return `promoted by ${promoted.by}${promoted.reason && `: ${promoted.reason}`}`;
  return status.stages.every(({ verdict }) => verdict === 'pass')
    ? 'every stage passed'
    : 'every stage passed, or somebody decided to go on';
}

function aborted({ steering }: Run): Ending {
  steering.noteCancellation();
  const { by = 'unknown', reason = '' } = steering.aborted ?? {};
  return { outcome: 'Aborted', reason: `aborted by ${by}${reason && `: ${reason}`}`, failure: null };
}

function failed(failure: Failure): Ending {
  const outcome = turnedDown.includes(failure.type) ? 'RolledBack' : 'Failed';
  return { outcome, reason: failure.message, failure };
}

/** Traffic first, everything else after; traffic that could not be put back makes any ending a failure. */
async function undo(run: Run, ending: Ending): Promise<Ending> {
  log.info(`undoing: ${ending.reason}`);
  run.status.close(ending.reason);
  run.status.enter(`undoing: ${ending.reason}`, 'RollingBack');
  const trouble = await restore(run);
  await stopped(run);
  await (run.removes ? run.creations.unwind(run.report) : run.creations.unwindHalfMade(run.report));
  return trouble === null ? ending : { ...ending, outcome: 'Failed', reason: `${ending.reason}; ${trouble}` };
}

/** @returns what is wrong with the traffic that was put back, in words; null where nothing is */
async function restore({ delivery, report }: Run): Promise<string | null> {
  if (!delivery) return null;
  let trouble: string | null = null;
  const restoring = async () => {
    try {
      return await restoreTraffic(delivery);
    } catch (error) {
      trouble = describeUnrestored(describeFailure(error));
      throw error;
    }
  };
  await takeBack({ name: 'traffic', run: restoring }, report);
  return trouble;
}

/** Says that traffic was not put back only where it was not. */
function describeUnrestored({ message }: Failure): string {
  return message.startsWith(putBackBut) ? message : `traffic was not put back: ${message}`;
}

/** What was interrupted has to end before anything is removed, or it might make it again. */
async function stopped({ inFlight, report }: Run): Promise<void> {
  if (inFlight.size === 0) return;
  const summary = 'waiting for interrupted steps to stop';
  if (await condition(() => inFlight.size === 0, stopTimeout, { summary })) return;
  for (const step of inFlight)
    report({ name: step, outcome: 'failed', reason: 'did not stop when it was cancelled' });
}

/** What watches saw that were cancelled and have not answered: traffic is back by now, and nobody waits for them. */
async function noteLastEvidence({ openWatches, status }: Run): Promise<void> {
  if (openWatches.size === 0) return;
  try {
    for (const seen of await evidence.lastEvidence()) status.addEvidence({ name: seen.stage }, seen);
  } catch (error) {
    status.warn(`what the cancelled watch saw is not known: ${describeFailure(error).message}`);
  }
}

async function release({ delivery, status, report }: Run): Promise<void> {
  const gone = status.undone.some(({ name, outcome }) => name === 'cluster' && outcome === 'done');
  if (!delivery?.claimed || gone) return;
  await takeBack({ name: 'previews', run: () => closePreviews(delivery) }, report);
  await takeBack({ name: 'claim', run: () => releaseTargets(delivery) }, report);
}

function answer(run: Run, { outcome, reason, failure }: Ending): RolloutResult {
  const result = run.status.result(outcome, reason);
  if (outcome !== 'Failed') return result;
  const type = failure?.type ?? 'TrafficNotRestored';
  throw ApplicationFailure.nonRetryable(reason, type, result, ...(failure?.details ?? []));
}
