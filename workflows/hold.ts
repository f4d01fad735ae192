/** How a stage holds its weights: watched until its deadline, longer or shorter when somebody asks for it. */
import { condition } from '@temporalio/workflow';
import { needsOf } from '../domain/gates/kinds.ts';
import type { RecordedDecision } from '../domain/rollout.ts';
import type { StageSpec } from '../domain/spec/document.ts';
import { countAnew, isLeftToPerson, leftToPerson, putRight } from './drift.ts';
import type { Delivery } from './run.ts';
import { type Hold, nothingSeen, type Seen, watchUntil } from './watch.ts';

/** What a stage showed, and whether the rollout may go on from it. */
export interface Held extends Seen {
  readonly accepted: boolean;
}

/** A stage whose weights the proxies have had since `observedAt`; its deadline is absolute, so that no restart shortens or repeats it. */
export function openHold(delivery: Delivery, stage: StageSpec, observedAt: string): Hold {
  const deadline = Date.parse(observedAt) + stage.hold;
  const untouched = { rewrites: [], told: false, untold: [] };
  return {
    delivery,
    stage,
    since: observedAt,
    deadline,
    clock: 'worker',
    evidence: null,
    latestWatch: 0,
    ...untouched,
  };
}

/** Holds a stage's weights until its deadline, or for as long as people or the document say. */
export async function holdStage(hold: Hold): Promise<Held> {
  const { delivery, stage, deadline } = hold;
  const { steering, status } = delivery.run;
  return await steering.hold(async () => {
    status.enter(`holding ${stage.name} until ${new Date(deadline).toISOString()}`);
    const seen = await watchHold(hold, nothingSeen());
    const open = seen.verdict === 'inconclusive' && !steering.skipped;
    return open ? await holdInconclusive(hold, seen) : judged(hold, seen);
  });
}

/** Whoever skips a hold takes what was seen so far, unless that is a gate that failed. */
function judged({ delivery }: Hold, seen: Seen): Held {
  const { skipped } = delivery.run.steering;
  return skipped && seen.verdict !== 'fail'
    ? { ...seen, accepted: true, reason: decided(seen, skipped, 'skipped the rest of the hold') }
    : { ...seen, accepted: seen.verdict === 'pass' };
}

/** Watches until the deadline, on while the run is paused, and anew once foreign weights were put right. */
async function watchHold(hold: Hold, before: Seen): Promise<Seen> {
  const { steering, status } = hold.delivery.run;
  for (let last = before; ;) {
    const seen = steering.skipped ? null : await watchUntil(hold, hold.deadline, () => !!steering.skipped);
    if (!seen) return { ...last, endedAt: status.time() };
    if (!seen.drifted) return await watchPauses(hold, seen);
    last = seen;
    if (isLeftToPerson(hold)) {
      steering.decide('pause', `${hold.stage.name}: ${seen.reason}`);
      status.enter(leftToPerson(hold));
      await steering.unpaused();
      countAnew(hold);
    }
    await putRight(hold, seen);
  }
}

/** While somebody has paused the run, a stage stays past its deadline and is still watched. */
async function watchPauses(hold: Hold, seen: Seen): Promise<Seen> {
  const { steering, status } = hold.delivery.run;
  if (seen.verdict === 'fail' || !steering.paused) return seen;
  status.enter(`paused, ${hold.stage.name} keeps its weights`);
  return (await watchWhile(hold, () => steering.paused !== null)) ?? { ...seen, endedAt: status.time() };
}

/**
 * Watches without a deadline for as long as `waiting` says so; foreign weights are written over, or left until the wait is
 * over, as the document says.
 * @returns what a failing gate said; null if none failed
 */
export async function watchWhile(hold: Hold, waiting: () => boolean): Promise<Seen | null> {
  for (;;) {
    const seen = await watchUntil(hold, null, () => !waiting());
    if (seen?.verdict === 'fail') return seen;
    const isLeft = !seen?.drifted || isLeftToPerson(hold);
    if (isLeft) await condition(() => !waiting());
    if (isLeft) countAnew(hold);
    if (seen?.drifted) await putRight(hold, seen);
    if (!waiting()) return null;
  }
}

/** Looks on for as long as the document allows, then leaves it to a person or gives up. */
async function holdInconclusive(hold: Hold, first: Seen): Promise<Held> {
  const { run, spec } = hold.delivery;
  const { name } = hold.stage;
  run.notices.tell({
    event: 'inconclusive',
    stage: name,
    message: `${name} is inconclusive: ${first.reason}`,
  });
  const limit = Math.max(hold.deadline, Date.now()) + spec.inconclusive.timeout;
  let seen = first;
  const open = () => seen.verdict === 'inconclusive' && !run.steering.skipped;
  for (let look = shortestLook(hold.stage); open() && hold.deadline < limit; look *= 2) {
    hold.deadline = Math.min(limit, Math.max(hold.deadline, Date.now()) + look);
    run.status.enter(`${name} is inconclusive (${seen.reason}), watching on`);
    seen = await watchHold(hold, seen);
  }
  return open() && spec.inconclusive.then === 'pause' ? await askPerson(hold, seen) : judged(hold, seen);
}

/**
 * The first further look has room for a sample of every gate, and each one is twice as long as the one before: a
 * moment without evidence costs seconds, a long one few events.
 */
function shortestLook({ gates }: StageSpec): number {
  return Math.max(...gates.map((gate) => needsOf(gate).lookTime(gate)));
}

async function askPerson(hold: Hold, seen: Seen): Promise<Held> {
  const { steering, status } = hold.delivery.run;
  const { name } = hold.stage;
  steering.decide('pause', `${name} is inconclusive: ${seen.reason}`);
  status.enter(`${name} is inconclusive: resume or approve to go on, abort to go back`);
  const question = { stage: name, answers: ['resume', 'approve', 'promote'], approvers: null } as const;
  const failed = await steering.ask(question, () => watchWhile(hold, () => steering.answer === null));
  if (failed) return judged(hold, failed);
  steering.lift();
  return { ...seen, accepted: true, reason: decided(seen, steering.answer, 'decided to go on') };
}

/** What was seen, and who decided what about it. */
function decided({ reason }: Seen, decision: RecordedDecision | null, what: string): string {
  const why = decision?.reason ? ` (${decision.reason})` : '';
  return [reason, `${decision?.by ?? 'unknown'} ${what}${why}`].filter(Boolean).join('; ');
}
