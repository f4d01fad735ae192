import { Context } from '@temporalio/activity';
import { judgeStage, type StageVerdict } from '../../domain/gates/judge-stage.ts';
import type { Drift, GateReport } from '../../domain/rollout.ts';
import { describeChanges } from '../../domain/weight-fight.ts';
import type { ActivityDeps } from '../deps.ts';
import { heartbeatWhile } from '../heartbeat.ts';
import { countRequests } from './count-requests.ts';
import {
  isJob,
  isSampled,
  isSequential,
  requestsCounted,
  stageEvidence,
  type StageEvidence,
} from './evidence.ts';
import { handOver } from './watch/hand-over.ts';
import { watchCounters } from './watch/counters.ts';
import { watchDrift } from './watch/drift.ts';
import { watchJob } from './watch/job.ts';
import { lookAtPods, watchPods } from './watch/pods.ts';
import { watchSamples } from './watch/samples.ts';
import { waitUntil } from './watch/wait-until.ts';
import { detailsOf, isDecisive, openWatch, type Watch, type WatchStageInput } from './watch/watch.ts';

export type { WatchStageInput };

export interface StageWatch extends StageVerdict {
  /** Requests of the judged subsets: those that gates counted, or all since `since` by one query; null when not known. */
  readonly requests: number | null;
  /** ISO time at which the watch ended: the deadline or the end of a longer Job, or earlier by a gate or drift. */
  readonly endedAt: string;
  readonly gates: readonly GateReport[];
  /** Foreign weights that this watch found, twenty of each check. */
  readonly drifts: readonly Drift[];
  /** Whether it ended early because somebody else changed the weights: they were left, or changed too often. */
  readonly drifted: boolean;
  /** Whether it ended early just to report weights that it has put back: another one is to go on. */
  readonly reporting: boolean;
  /** For the next watch of the same stage. */
  readonly evidence: StageEvidence;
}

/**
 * Watches a stage through its gates until its deadline, and on until their Jobs have ended; or until a gate says no, or
 * somebody else's weights are to pause it. Heartbeats what it has seen, and goes on from there when it is tried again.
 * Cancellation ends it at once, with what it has seen.
 * A worker that is to end hands it over: the next attempt begins as soon as another worker asks for it.
 */
export async function watchStage(
  deps: Pick<ActivityDeps, 'clients' | 'draining'>,
  input: WatchStageInput,
): Promise<StageWatch> {
  const watch = openWatch(deps, input);
  return heartbeatWhile(
    () => detailsOf(watch),
    async () => {
      try {
        // Metrics tell versions apart by their pods.
        watch.podFailure ??= await lookAtPods(watch);
        if (!isEnded(watch)) await watchAll(watch);
      } catch (error) {
        if (!isCancelled()) throw error;
      }
      return conclude(watch);
    },
  );
}

/** Whether Temporal asked for the end, rather than the worker's shutdown or a timeout: those are tried again. */
function isCancelled(): boolean {
  return Context.current().cancellationDetails?.cancelRequested ?? false;
}

/** Gates and weights side by side, each at its own pace; whichever ends the watch ends the others. */
async function watchAll(watch: Watch): Promise<void> {
  const { cancellationSignal } = Context.current();
  const jobs = runJobs(watch);
  try {
    await watchTraffic(watch, watch.deadline);
    // While a Job goes on the candidate keeps its requests, so they are judged for as long.
    if (!jobs.ended) await Promise.race([jobs.end, watchTraffic(watch, null)]);
  } catch (error) {
    cancellationSignal.throwIfAborted();
    if (!isEnded(watch)) throw watch.draining.aborted ? handOver(watch) : error;
  } finally {
    watch.end();
  }
}

function isEnded({ drifted, reporting, podFailure, evidence }: Watch): boolean {
  return drifted || reporting || podFailure !== null || evidence.some(isDecisive);
}

/** Runs the Jobs of all gates; `end` comes with the last one. */
function runJobs(watch: Watch) {
  const running = judging(watch).flatMap(({ evidence, index }) =>
    isJob(evidence) ? watchJob(watch, index, evidence) : [],
  );
  const jobs = {
    ended: running.length === 0,
    end: Promise.all(running).then(() => void (jobs.ended = true)),
  };
  // It is awaited after the deadline, and may fail long before.
  jobs.end.catch(() => undefined);
  return jobs;
}

/** Weights, samples and counters, until a deadline (epoch ms; null for none). */
async function watchTraffic(watch: Watch, deadline: number | null): Promise<void> {
  const samples = judging(watch).flatMap(({ evidence, index }) =>
    isSampled(evidence) ? watchSamples(watch, index, evidence, deadline) : [],
  );
  const counting = judging(watch).flatMap(({ evidence, index }) =>
    isSequential(evidence) ? { evidence, index } : [],
  );
  const sources = Map.groupBy(counting, ({ evidence: { gate } }) => gate.source);
  const counters = [...sources].map(async ([source, gates]) => watchCounters(watch, source, gates, deadline));
  const surroundings = [watchDrift(watch, deadline), watchPods(watch, deadline)];
  await Promise.all([...samples, ...counters, ...surroundings, waitUntil(deadline, watch)]);
}

/** Gates with somebody to judge, by their place in the spec; the others have said that they have not. */
function judging({ evidence }: Watch) {
  return evidence
    .map((one, index) => ({ evidence: one, index }))
    .filter((one) => one.evidence.targets.length > 0);
}

async function conclude(watch: Watch): Promise<StageWatch> {
  const { evidence, drifts, drifted, reporting, deadline, now } = watch;
  const jobs = evidence.filter(isJob).map(({ last }) => last ?? 0);
  const end = Math.max(Math.min(now(), deadline ?? Infinity), ...jobs);
  const gates = evidence.flatMap(({ reports }) => reports);
  return {
    ...verdictOf(watch, gates),
    // Asked last, and only if nobody knows: traffic goes back no sooner than this returns.
    requests: requestsCounted(evidence) ?? (await requestsUntil(watch, end)),
    endedAt: new Date(end).toISOString(),
    gates,
    drifts,
    drifted,
    reporting,
    evidence: stageEvidence(evidence),
  };
}

/** A stage whose weights somebody changed has not passed, whatever its gates saw until then. */
function verdictOf({ drifted, drifts, podFailure }: Watch, gates: readonly GateReport[]): StageVerdict {
  const judged = judgeStage(gates);
  if (podFailure !== null) return { verdict: 'fail', reason: podFailure };
  if (!drifted || judged.verdict === 'fail') return judged;
  return { verdict: 'inconclusive', reason: `the weights are not the stage's: ${describeChanges(drifts)}` };
}

async function requestsUntil({ input, evidence, since, pods }: Watch, end: number): Promise<number | null> {
  const { namespace, prometheus } = input;
  const source = { prometheus, namespace, signal: Context.current().cancellationSignal };
  const targets = evidence.flatMap((gate) => gate.targets);
  // A query takes time, and a cancelled watch is to end at once.
  if (source.signal.aborted) return null;
  return countRequests(source, pods.counted(), targets, since, end);
}
