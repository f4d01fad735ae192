import { setTimeout as sleep } from 'node:timers/promises';
import { Context } from '@temporalio/activity';
import { formatDuration } from '../../../domain/duration.ts';
import { failedSample, type Sample } from '../../../domain/gates/sample.ts';
import { messageOf } from '../../../domain/message-of.ts';
import type { ObjectRef } from '../../../domain/rollout.ts';
import type { JobGateSpec } from '../../../domain/spec/document.ts';
import {
  applyMarked,
  currentMark,
  describeRef,
  isRetryable,
  refOf,
  type ClusterClient,
} from '../../kubernetes/index.ts';
import { beyondCancellation } from './beyond-cancellation.ts';
import { jobManifest, jobName, type Job } from './job-manifest.ts';
import { jobOutcome } from './job-outcome.ts';
import { createSight } from './job-sight.ts';

/** Milliseconds between two looks at a Job. */
const lookInterval = 1_000;

/** Milliseconds beyond its own deadline that a Job's end may take to show: its controller may be busy. */
const grace = 30_000;

const removeTimeout = 10_000;

/** One run of a gate's Job. */
export interface JobRun {
  readonly client: ClusterClient;
  readonly gate: JobGateSpec;
  readonly namespace: string;
  readonly stage: string;
  /** ISO time from which the stage is judged: tells a run of the gate from one when the stage was tried before. */
  readonly since: string;
  readonly signal: AbortSignal;
  /** Aborts when the worker is to end. */
  readonly draining: AbortSignal;
}

/**
 * Runs a gate's Job and waits for its end: `pass` when it completes, `fail` when it fails, `error` when it could not be
 * run. A second attempt of the same activity takes up the Job of the first. The Job is removed afterwards, also when
 * the signal aborts, which is thrown.
 */
export async function runJob(run: JobRun): Promise<Sample> {
  const { client, gate, namespace, stage, since, signal } = run;
  const job = jobManifest(gate, jobName(gate.name, [currentMark(), stage, since]), namespace);
  signal.throwIfAborted();
  try {
    return await outcomeOf(run, job);
  } catch (error) {
    signal.throwIfAborted();
    return failedSample(messageOf(error));
  } finally {
    // Another attempt goes on with it.
    if (!isLeft(run)) await removeJob(client, refOf(job));
  }
}

/** Trouble that a retry may cure is waited out like the Job itself. */
async function outcomeOf({ client, gate, signal }: JobRun, job: Job): Promise<Sample> {
  const deadline = Date.now() + gate.timeout + grace;
  const look = createSight(client, job);
  let isApplied = false;
  let missing = 'it has not ended';
  while (Date.now() < deadline) {
    try {
      if (!isApplied) await applyMarked(client, job);
      isApplied = true;
      const outcome = jobOutcome(gate, await look());
      if (outcome !== null) return outcome;
    } catch (error) {
      if (!isRetryable(error)) throw error;
      missing = error.message;
    }
    await sleep(lookInterval, undefined, { signal });
  }
  return failedSample(
    `${describeRef(refOf(job))} shows no end ${formatDuration(gate.timeout + grace)} after its start: ${missing}`,
  );
}

function isLeft({ draining }: JobRun): boolean {
  const { workerShutdown = false, timedOut = false } = Context.current().cancellationDetails ?? {};
  return draining.aborted || workerShutdown || timedOut;
}

/** Best effort: one that stays goes by itself some time after its end. */
async function removeJob(client: ClusterClient, ref: ObjectRef): Promise<void> {
  const context = Context.current();
  try {
    await beyondCancellation(removeTimeout, async () => client.remove(ref));
  } catch (error) {
    context.log.warn(`${describeRef(ref)} is left to its own end: ${messageOf(error)}`);
  }
}
