import { describe, expect, it } from '@jest/globals';
import { ApplicationFailure, Context } from '@temporalio/activity';
import { ActivityCancellationDetails } from '@temporalio/common';
import { runJob, type JobRun } from '../../../activities/jobs/run.ts';
import type { Job } from '../../../activities/jobs/manifest.ts';
import { markOf, refOf, type KubeObject, type Pod } from '../../../activities/kubernetes/index.ts';
import type { ObjectRef } from '../../../domain/rollout.ts';
import { activityEnvironment } from '../support/activity.ts';
import { FakeCluster, keyOf } from '../support/fake-cluster.ts';
import { warning } from '../support/objects.ts';
import { ended, jobGate, jobPod } from './fixtures.ts';

/** A cluster whose Jobs go as a test says, and whose client ends with the activity, as the real one. */
class JobCluster extends FakeCluster {
  /** What comes of a Job when it is applied: its status, and pods. */
  begin: (job: Job) => void = () => undefined;
  /** Failures of `apply`, one a call. */
  applyFailures: Error[] = [];
  readonly jobs: Job[] = [];

  override async apply<T extends KubeObject>(object: T): Promise<T> {
    Context.current().cancellationSignal.throwIfAborted();
    const failure = this.applyFailures.shift();
    if (failure !== undefined) throw failure;
    const applied = await super.apply(object);
    this.jobs.push(applied);
    this.begin(applied);
    return applied;
  }

  override async remove(ref: ObjectRef): Promise<boolean> {
    Context.current().cancellationSignal.throwIfAborted();
    return super.remove(ref);
  }

  end(job: Job, status: Job['status']): void {
    this.put({ ...job, ...(status === undefined ? {} : { status }) });
  }

  left(): string[] {
    return [...this.objects.values()].filter(({ kind }) => kind === 'Job').map(keyOfObject);
  }
}

function keyOfObject({ kind, metadata }: KubeObject): string {
  return keyOf({ kind, ...metadata });
}

function begin(client: JobCluster, change: Partial<JobRun> = {}, runId = 'run-1') {
  const { environment } = activityEnvironment(runId);
  const over = new AbortController();
  const run: JobRun = {
    client,
    task: jobGate,
    namespace: 'shop',
    occasion: ['canary', '2026-01-01T00:00:00.000Z'],
    signal: over.signal,
    draining: new AbortController().signal,
    ...change,
  };
  const sample = environment.run(() =>
    runJob({ ...run, signal: AbortSignal.any([run.signal, Context.current().cancellationSignal]) }),
  );
  return { environment, over, sample };
}

describe('a Job of a gate', () => {
  it('is made by this run, judged by its end, and removed', async () => {
    const cluster = new JobCluster();
    cluster.begin = (job) => {
      cluster.put(jobPod(job.metadata.name, { terminated: { exitCode: 3, message: 'no answer' } }));
      cluster.end(job, ended('Failed', 'BackoffLimitExceeded'));
    };
    await expect(begin(cluster).sample).resolves.toMatchObject({
      verdict: 'fail',
      reason: expect.stringMatching(/^Job shop\/sluice-smoke-test-\w+ failed: exit code 3, "no answer"$/),
    });
    expect(cluster.jobs.map(markOf)).toEqual(['rollout/lab/default/reviews@run-1']);
    expect(cluster.left()).toEqual([]);
  });

  it('is waited for', async () => {
    const cluster = new JobCluster();
    cluster.begin = (job) => setTimeout(() => cluster.end(job, ended('Complete')), 100);
    await expect(begin(cluster).sample).resolves.toMatchObject({ verdict: 'pass' });
  });

  it.each([
    ['is gone', (cluster: JobCluster, pod: Pod) => cluster.objects.delete(keyOfObject(pod))],
    ['has lost its status', (cluster: JobCluster, pod: Pod) => cluster.put({ ...pod, status: {} } as Pod)],
  ])('that ran is remembered when its pod %s with its failure', async (_, lose) => {
    const cluster = new JobCluster();
    cluster.begin = (job) => {
      const pod = jobPod(job.metadata.name, { running: {} });
      cluster.put(pod);
      setTimeout(() => {
        lose(cluster, pod);
        cluster.end(job, ended('Failed', 'DeadlineExceeded'));
      }, 100);
    };
    await expect(begin(cluster).sample).resolves.toMatchObject({
      verdict: 'fail',
      reason: expect.stringContaining('did not end within 1m30s'),
    });
  });

  it('without any pod says why, as its controller does', async () => {
    const cluster = new JobCluster();
    cluster.begin = (job) => {
      cluster.put(warning(refOf(job), 'FailedCreate', 'exceeded quota: pods'));
      cluster.end(job, ended('Failed', 'DeadlineExceeded'));
    };
    await expect(begin(cluster).sample).resolves.toMatchObject({
      verdict: 'error',
      reason: expect.stringMatching(/ended before its container ran: FailedCreate: exceeded quota: pods$/),
    });
  });

  it('is taken up by another attempt, and is another one for another run or occasion', async () => {
    const cluster = new JobCluster();
    cluster.begin = (job) => cluster.end(job, ended('Complete'));
    await begin(cluster).sample;
    await begin(cluster).sample;
    await begin(cluster, {}, 'run-2').sample;
    await begin(cluster, { occasion: ['half', '2026-01-01T00:00:00.000Z'] }).sample;
    await begin(cluster, { occasion: ['canary', '2026-01-02T00:00:00.000Z'] }).sample;
    const [first, second, ...others] = cluster.jobs.map(({ metadata }) => metadata.name);
    expect(second).toBe(first);
    expect(new Set([first, ...others]).size).toBe(4);
  });
});

describe('a Job that cannot be run', () => {
  it('is an error with the words of the API', async () => {
    const cluster = new JobCluster();
    cluster.applyFailures = [
      ApplicationFailure.nonRetryable('cannot apply Job: exceeded quota', 'AccessDenied'),
    ];
    await expect(begin(cluster).sample).resolves.toEqual({
      verdict: 'error',
      value: null,
      requests: null,
      reason: 'cannot apply Job: exceeded quota',
    });
  });

  it('now is tried again when a retry may cure it', async () => {
    const cluster = new JobCluster();
    cluster.applyFailures = [ApplicationFailure.retryable('no answer', 'KubernetesApiError')];
    cluster.begin = (job) => cluster.end(job, ended('Complete'));
    await expect(begin(cluster).sample).resolves.toMatchObject({ verdict: 'pass' });
  });

  it('to its end because somebody deleted it is an error', async () => {
    const cluster = new JobCluster();
    cluster.begin = (job) => cluster.objects.delete(keyOfObject(job));
    await expect(begin(cluster).sample).resolves.toMatchObject({
      verdict: 'error',
      reason: expect.stringMatching(/^Job shop\/sluice-\S+ was deleted$/),
    });
  });
});

describe('a Job whose watch ends before it', () => {
  /** Begins a Job that never ends, and gives it time to be made. */
  async function endless(cluster: JobCluster, change: Partial<JobRun> = {}) {
    const begun = new Promise<void>((resolve) => {
      cluster.begin = () => resolve();
    });
    const run = begin(cluster, change);
    await begun;
    return run;
  }

  it('is removed, also when no request of the activity goes out any more', async () => {
    const cluster = new JobCluster();
    const { environment, sample } = await endless(cluster);
    environment.cancel();
    await expect(sample).rejects.toThrow('CANCELLED');
    expect(cluster.left()).toEqual([]);
  });

  it('is removed when another gate has failed', async () => {
    const cluster = new JobCluster();
    const { over, sample } = await endless(cluster);
    over.abort(new Error('over'));
    await expect(sample).rejects.toThrow('over');
    expect(cluster.left()).toEqual([]);
  });

  it('stays when the worker shuts down: the next attempt goes on with it', async () => {
    const cluster = new JobCluster();
    const { environment, sample } = await endless(cluster);
    environment.cancel('WORKER_SHUTDOWN', new ActivityCancellationDetails({ workerShutdown: true }));
    await expect(sample).rejects.toThrow('WORKER_SHUTDOWN');
    expect(cluster.left()).toHaveLength(1);
  });

  it('stays when the worker is to end: the next attempt goes on with it', async () => {
    const cluster = new JobCluster();
    const ending = new AbortController();
    const { sample } = await endless(cluster, { signal: ending.signal, draining: ending.signal });
    ending.abort();
    await expect(sample).rejects.toThrow('aborted');
    expect(cluster.left()).toHaveLength(1);
  });

  it('does not fail the watch when it cannot be removed', async () => {
    const cluster = new JobCluster();
    cluster.begin = (job) => cluster.end(job, ended('Complete'));
    cluster.remove = () => Promise.reject(new Error('no answer'));
    await expect(begin(cluster).sample).resolves.toMatchObject({ verdict: 'pass' });
  });
});
