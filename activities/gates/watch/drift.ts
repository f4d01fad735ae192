import { Context } from '@temporalio/activity';
import { fightWindow } from '../../../domain/defaults.ts';
import { messageOf } from '../../../domain/message-of.ts';
import type { Drift } from '../../../domain/rollout.ts';
import { isFight, rewriteTimes } from '../../../domain/weight-fight.ts';
import { checkDrift } from '../../traffic/index.ts';
import { isJob } from '../evidence.ts';
import { waitUntil } from './wait-until.ts';
import { detailsOf, type Watch } from './watch.ts';

/** Between two looks at the weights, in ms. */
const driftInterval = 2_000;

/** Most drifts that a watch reports of one check. */
const longestList = 20;

/**
 * Reads the weights again and again until the deadline. Foreign ones are written over; those that may not be, or
 * cannot, end the watch, and so does a fight over them. The first ones that were written over end it a minute later,
 * so that people are told while the stage holds.
 */
export async function watchDrift(watch: Watch, deadline: number | null): Promise<void> {
  for (;;) {
    const at = watch.now() + driftInterval;
    await waitUntil(deadline === null ? at : Math.min(at, deadline), watch);
    if (deadline !== null && at >= deadline) return;
    const found = await lookForDrift(watch);
    if (found.length > 0) noteDrifts(watch, found);
    watch.reporting = !watch.drifted && isReportDue(watch);
    if (watch.drifted || watch.reporting) watch.end();
  }
}

function noteDrifts(watch: Watch, found: readonly Drift[]): void {
  const { drifts, input } = watch;
  drifts.push(...found.slice(0, longestList));
  watch.drifted =
    found.some(({ reasserted }) => !reasserted) || isFight([...input.rewrites, ...rewriteTimes(drifts)]);
  Context.current().heartbeat(detailsOf(watch));
}

/**
 * Once a hold: whether a fight begins is known by then, and later drifts are told with the end of the hold. A Job
 * that runs would be removed with the watch: it ends first.
 */
function isReportDue({ input, drifts, evidence, now }: Watch): boolean {
  const first = input.rewrites[0] ?? drifts[0]?.at;
  if (first === undefined || input.told) return false;
  if (evidence.some((one) => isJob(one) && one.last === null)) return false;
  return now() - Date.parse(first) > fightWindow;
}

/** What cannot be read now is read the next time: that says nothing of the weights. */
async function lookForDrift({ client, input, signal, now }: Watch): Promise<readonly Drift[]> {
  const { namespace, services, routing, ignore, diversions, weights, drift } = input;
  try {
    const reassert = drift === 'reassert';
    const at = new Date(now()).toISOString();
    const target = { namespace, services, routing, ignore, diversions };
    return await checkDrift(client, { ...target, weights, reassert, at });
  } catch (error) {
    signal.throwIfAborted();
    Context.current().log.warn(`cannot check the weights of ${namespace}: ${messageOf(error)}`);
    return [];
  }
}
