import { formatDuration } from '../../domain/duration.ts';
import { failedSample, type Sample } from '../../domain/gates/sample.ts';
import type { JobTask } from '../../domain/spec/job-task.ts';
import { describeRef, podTroubles, type ContainerStatus, type Pod } from '../kubernetes/index.ts';
import type { Job } from './manifest.ts';

type Terminated = NonNullable<NonNullable<ContainerStatus['state']>['terminated']>;

/** What is known of a Job: itself, and its pods as they were seen, also those that are gone by now. */
export interface JobSight {
  readonly job: Job;
  readonly pods: readonly Pod[];
  /** Why no pod could be made, where the cluster says it. */
  readonly refusal: string | null;
}

/** Reasons of a container that ended because it could not be started. */
const neverStarted = new Set(['StartError', 'ContainerCannotRun']);

/**
 * What a Job says; null while it runs. One that failed before its container ran, for want of an
 * image or of a quota, says nothing: that is an error.
 */
export function jobOutcome(task: JobTask, { job, pods, refusal }: JobSight): Sample | null {
  const name = describeRef({ kind: 'Job', ...job.metadata });
  if (conditionOf(job, 'Complete') !== undefined)
    return { verdict: 'pass', value: null, requests: null, reason: `${name} completed` };
  const failed = conditionOf(job, 'Failed');
  if (failed === undefined) return null;
  if (!pods.some(hasRun)) {
    const why = refusal ?? (pods.flatMap(podTroubles).join('; ') || 'it had no pod');
    return failedSample(`${name} ended before its container ran: ${why}`);
  }
  return {
    verdict: 'fail',
    value: null,
    requests: null,
    reason: `${name} ${describeFailed(task, failed, pods)}`,
  };
}

/** Whether the container of a pod was started, however it ended. */
export function hasRun(pod: Pod): boolean {
  return (pod.status?.containerStatuses ?? []).some(({ state }) => {
    const ended = state?.terminated;
    return state?.running !== undefined || (ended !== undefined && !neverStarted.has(ended.reason ?? ''));
  });
}

function describeFailed(
  task: JobTask,
  failed: { readonly reason?: string; readonly message?: string },
  pods: readonly Pod[],
): string {
  if (failed.reason === 'DeadlineExceeded') return `did not end within ${formatDuration(task.timeout)}`;
  return howFailed(failed, pods);
}

/** How a Job failed, by its condition and what its pods say. */
export function howFailed(
  { reason, message }: { readonly reason?: string; readonly message?: string },
  pods: readonly Pod[],
): string {
  const [ended] = pods.flatMap(endsOf);
  return `failed: ${ended === undefined ? (message ?? reason ?? 'no reason was given') : describeEnd(ended)}`;
}

function endsOf({ status }: Pod): Terminated[] {
  return (status?.containerStatuses ?? [])
    .map(({ state }) => state?.terminated)
    .filter((ended) => ended !== undefined);
}

/** The last line of a message is the one that a program dies with. */
function describeEnd({ exitCode, reason, message = '' }: Terminated): string {
  const said = message.trim().split('\n').at(-1)?.slice(0, 200) ?? '';
  const why = reason === undefined || reason === 'Error' ? '' : ` (${reason})`;
  return `exit code ${exitCode}${why}${said === '' ? '' : `, "${said}"`}`;
}

/** The condition that says how a Job has ended; undefined for one that has not, or otherwise. */
export function conditionOf(job: Job, wanted: 'Complete' | 'Failed') {
  return job.status?.conditions?.find(({ type, status }) => type === wanted && status === 'True');
}
