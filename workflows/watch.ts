/** The watch over a stage, as its hold sees it. */
import {
  ActivityFailure,
  CancellationScope,
  CancelledFailure,
  condition,
  isCancellation,
  sleep,
} from '@temporalio/workflow';
import { diversionsOf } from '../domain/diversions.ts';
import { formatDuration } from '../domain/duration.ts';
import { needsOf } from '../domain/gates/kinds.ts';
import { prometheusOf } from '../domain/prometheus.ts';
import type { StageSpec } from '../domain/spec/document.ts';
import { effectiveWeights } from '../domain/stage-plan.ts';
import { type Answer, watch } from './activities.ts';
import { noteDrifts, type WeightedStage } from './drift.ts';
import { describeFailure } from './failures.ts';
import { watchGrace, watchLimit } from './retries.ts';

type Watched = Answer<'watchStage'>;
type WatchClock = Parameters<typeof watch.watchStage>[0]['clock'];

/** A watch that ended earlier than this, in ms, has left more of its hold than may go unwatched. */
const longestUnwatched = 1_000;

/** What a stage showed. */
export type Seen = Omit<Watched, 'evidence' | 'drifts' | 'reporting'>;

/** A stage that holds its weights. */
export interface Hold extends WeightedStage {
  /** Whose clock the watches go by. */
  clock: WatchClock;
  /** What the stage's watches have counted so far. */
  evidence: Watched['evidence'] | null;
  /** Number of the stage's latest watch: what an older one answers after that began is out of date. */
  latestWatch: number;
}

/**
 * Watches until a deadline (ms since 1970; null for none), until a gate fails or somebody else's weights are found.
 * @returns what was seen; null if `ended` came first: the watch is cancelled then, and nobody waits for what it saw
 */
export async function watchUntil(
  hold: Hold,
  deadline: number | null,
  ended: () => boolean,
): Promise<Seen | null> {
  const scope = new CancellationScope({ cancellable: true });
  const watch = { over: false };
  const watching = scope.run(() => look(hold, deadline)).finally(() => (watch.over = true));
  // Told below, where it is awaited.
  watching.catch(() => undefined);
  await condition(() => watch.over || ended());
  if (watch.over) return await watching;
  scope.cancel();
  return null;
}

async function look(hold: Hold, deadline: number | null, resumes = false): Promise<Seen> {
  const { gates, hold: length, name } = hold.stage;
  if (gates.length === 0 && length === 0) return ungated();
  try {
    const { drifts, reporting, ...seen } = await noted(hold, watchStage(hold, deadline, resumes));
    noteDrifts(hold, drifts, seen.drifted && seen.verdict !== 'fail');
    if (seen.drifted || seen.verdict === 'fail') return seen;
    return reporting ? await look(hold, deadline, true) : await lookOn(hold, deadline, seen);
  } catch (error) {
    if (isCancellation(error) || !(error instanceof ActivityFailure)) throw error;
    // A watch that could not be done is no evidence either way, and the stage keeps its whole hold.
    const { message } = describeFailure(error);
    hold.delivery.run.status.warn(`${name} could not be watched: ${message}`);
    await waitUntil(name, deadline);
    return gates.length === 0 ? ungated() : unwatched(message);
  }
}

/**
 * Shows in the stage's row what a watch saw, also when it was cancelled and answers after the run went on. The answer of
 * a cancelled watch decides nothing.
 */
async function noted(hold: Hold, watched: Promise<Watched>): Promise<Omit<Watched, 'evidence'>> {
  const { run } = hold.delivery;
  const number = ++hold.latestWatch;
  run.openWatches.add(watched);
  try {
    const { evidence, ...seen } = await watched;
    if (number === hold.latestWatch) {
      hold.evidence = evidence;
      run.status.addEvidence(hold.stage, seen);
    }
    if (CancellationScope.current().consideredCancelled)
      throw new CancelledFailure('the watch was cancelled');
    return seen;
  } finally {
    run.openWatches.delete(watched);
  }
}

/** A watch whose worker's clock is ahead ends early: the hold, which goes by the workflow's, goes on. */
async function lookOn(hold: Hold, deadline: number | null, seen: Seen): Promise<Seen> {
  const { stage, delivery } = hold;
  const left = (deadline ?? 0) - Date.now();
  if (left <= 0) return seen;
  if (left <= longestUnwatched || hold.clock === 'temporal') {
    await waitUntil(stage.name, deadline);
    return seen;
  }
  const ahead = formatDuration(Math.round(left / 1_000) * 1_000);
  delivery.run.status.warn(
    `${stage.name}: a worker's clock is ${ahead} or more ahead of Temporal's: set it right`,
  );
  hold.clock = 'temporal';
  return await look(hold, deadline);
}

async function watchStage(hold: Hold, deadline: number | null, resumes: boolean) {
  const { delivery, stage, since, clock, evidence, rewrites, told } = hold;
  const { connection, spec } = delivery;
  const { namespace, services, routing, ignore } = spec;
  const args = {
    connection,
    namespace,
    services,
    routing,
    ignore,
    diversions: diversionsOf(spec.stages, spec.stages.indexOf(stage)),
    weights: effectiveWeights(spec.stages, spec.stages.indexOf(stage)),
    gates: stage.gates,
    workflowStage: stage.name,
    prometheus: prometheusOf(spec, connection),
    drift: spec.drift,
    since,
    deadline: deadline === null ? null : new Date(deadline).toISOString(),
    clock,
    earlier: evidence,
    rewrites,
    told,
    resumes,
  };
  const options = { summary: `watching ${stage.name}`, scheduleToCloseTimeout: timeLeft(stage, deadline) };
  return await watch.watchStage.executeWithOptions(options, [args]);
}

/** A Job that began in a hold may end after it. */
function timeLeft({ gates }: StageSpec, deadline: number | null): number {
  if (deadline === null) return watchLimit;
  const overtimes = gates.map((gate) => needsOf(gate).overtime(gate));
  return Math.max(0, deadline - Date.now()) + Math.max(0, ...overtimes) + watchGrace;
}

async function waitUntil(stage: string, deadline: number | null): Promise<void> {
  if (deadline === null) await condition(() => false);
  else if (deadline > Date.now()) await sleep(deadline - Date.now(), { summary: `holding ${stage}` });
}

function ungated(): Seen {
  return { ...nothingSeen(), verdict: 'pass', reason: 'no gates' };
}

function unwatched(reason: string): Seen {
  return { ...nothingSeen(), reason: `the gates could not be watched: ${reason}` };
}

/** What a stage showed that nobody watched. */
export function nothingSeen(): Seen {
  const endedAt = new Date().toISOString();
  return {
    verdict: 'inconclusive',
    reason: '',
    requests: null,
    endedAt,
    gates: [],
    drifted: false,
  };
}
