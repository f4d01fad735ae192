/** How a stage holds its weights: watched until its deadline, longer when somebody asks for it. */
import type { RecordedDecision } from '../domain/rollout.ts';
import type { StageSpec } from '../domain/spec/document.ts';
import type { Delivery } from './run.ts';
import type { Seen } from './watch.ts';
import { watchUntil, watchWhile } from './watch.ts';

/** What a stage showed, and whether the rollout may go on from it. */
export interface Held extends Seen {
  readonly accepted: boolean;
}

interface Hold {
  readonly delivery: Delivery;
  readonly stage: StageSpec;
  readonly observedAt: string;
}

/** Holds a stage's weights; the deadline is absolute, so that no restart shortens or repeats it. */
export async function holdStage(delivery: Delivery, stage: StageSpec, observedAt: string): Promise<Held> {
  const hold = { delivery, stage, observedAt };
  const deadline = Date.parse(observedAt) + stage.hold;
  delivery.run.status.enter(`holding ${stage.name} until ${new Date(deadline).toISOString()}`);
  const seen = await watchPauses(hold, await watchUntil(hold, deadline));
  return seen.verdict === 'inconclusive' ? await holdInconclusive(hold, seen, deadline) : judged(seen);
}

function judged(seen: Seen): Held {
  return { ...seen, accepted: seen.verdict === 'pass' };
}

/** While somebody has paused the run, a stage stays past its deadline and is still watched. */
async function watchPauses(hold: Hold, seen: Seen): Promise<Seen> {
  const { steering, status } = hold.delivery.run;
  if (seen.verdict === 'fail' || !steering.paused) return seen;
  status.enter(`paused, ${hold.stage.name} keeps its weights`);
  return (await watchWhile(hold, () => steering.paused !== null)) ?? seen;
}

/** Looks on for as long as the document allows, then leaves it to a person or gives up. */
async function holdInconclusive(hold: Hold, first: Seen, deadline: number): Promise<Held> {
  const { timeout, then } = hold.delivery.spec.inconclusive;
  const { status } = hold.delivery.run;
  const limit = Math.max(deadline, Date.now()) + timeout;
  let seen = first;
  let look = shortestLook(hold.stage);
  for (let next = deadline; seen.verdict === 'inconclusive' && next < limit; look *= 2) {
    next = Math.min(limit, Math.max(next, Date.now()) + look);
    status.enter(`${hold.stage.name} is inconclusive (${seen.reason}), watching on`);
    seen = await watchPauses(hold, await watchUntil(hold, next));
  }
  if (seen.verdict !== 'inconclusive') return judged(seen);
  return then === 'pause' ? await askPerson(hold, seen) : judged(seen);
}

/**
 * The first further look has room for a sample of every gate, and each one is twice as long as the one before: a
 * moment without evidence costs seconds, a long one few events.
 */
function shortestLook({ gates }: StageSpec): number {
  return Math.max(...gates.map(({ window, interval }) => window + 2 * interval));
}

async function askPerson(hold: Hold, seen: Seen): Promise<Held> {
  const { steering, status } = hold.delivery.run;
  steering.ask(['resume', 'approve']);
  steering.pauseItself(`${hold.stage.name} is inconclusive: ${seen.reason}`);
  status.enter(`${hold.stage.name} is inconclusive: resume or approve to go on, abort to go back`);
  const failed = await watchWhile(hold, () => steering.answered === null);
  const answer = steering.answered;
  steering.ask([]);
  if (failed) return judged(failed);
  steering.lift();
  return { ...seen, accepted: true, reason: goneOn(seen, answer) };
}

function goneOn(seen: Seen, answer: RecordedDecision | null): string {
  const why = answer?.reason ? ` (${answer.reason})` : '';
  return `${seen.reason}; ${answer?.by ?? 'unknown'} decided to go on${why}`;
}
