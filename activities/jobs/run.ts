import { setTimeout as sleep } from 'node:timers/promises';
import { Context } from '@temporalio/activity';
import { formatDuration } from '../../domain/duration.ts';
import { failedSample, type Sample } from '../../domain/gates/sample.ts';
import { messageOf } from '../../domain/message-of.ts';
import type { ObjectRef } from '../../domain/rollout.ts';
import type { JobTask } from '../../domain/spec/job-task.ts';
import {
  applyMarked,
  currentMark,
  describeRef,
  isRetryable,
  refOf,
  type ClusterClient,
} from '../kubernetes/index.ts';
import { beyondCancellation } from '../time-limit.ts';
import { jobManifest, jobName, type Job } from './manifest.ts';
import { jobOutcome } from './outcome.ts';
import { createSight } from './sight.ts';

/** Milliseconds between two looks at a Job. */
const lookInterval = 1_000;

/** Milliseconds beyond its own deadline that a Job's end may take to show: its controller may be busy. */
const grace = 30_000;

const removeTimeout = 10_000;

/** One run of a task as a Job. */
export interface JobRun {
  readonly client: ClusterClient;
  readonly task: JobTask;
  readonly namespace: string;
  /** What tells this run of the task from others within the same rollout. */
  readonly occasion: readonly string[];
  readonly signal: AbortSignal;
  /** Aborts when the worker is to end; absent where the run ends by its activity's cancellation alone. */
  readonly draining?: AbortSignal;
}

/**
 * Runs a task as a Job and waits for its end: `pass` when it completes, `fail` when it fails, `error` when it could not be
 * run. A second attempt of the same activity takes up the Job of the first. The Job is removed afterwards, also when
 * the signal aborts, which is thrown.
 */
export async function runJob(run: JobRun): Promise<Sample> {
  const { client, task, namespace, occasion, signal } = run;
  const job = jobManifest(task, jobName(task.name, [currentMark(), ...occasion]), namespace);
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
async function outcomeOf({ client, task, signal }: JobRun, job: Job): Promise<Sample> {
  const deadline = performance.now() + task.timeout + grace;
  const look = createSight(client, job);
  let isApplied = false;
  let missing = 'it has not ended';
  while (performance.now() < deadline) {
    try {
      if (!isApplied) await applyMarked(client, job);
      isApplied = true;
      const outcome = jobOutcome(task, await look());
      if (outcome !== null) return outcome;
    } catch (error) {
      if (!isRetryable(error)) throw error;
      missing = error.message;
    }
    await sleep(lookInterval, undefined, { signal });
  }
  return failedSample(
    `${describeRef(refOf(job))} shows no end ${formatDuration(task.timeout + grace)} after its start: ${missing}`,
  );
}

function isLeft({ draining }: JobRun): boolean {
  const { workerShutdown = false, timedOut = false } = Context.current().cancellationDetails ?? {};
  return (draining?.aborted ?? false) || workerShutdown || timedOut;
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
