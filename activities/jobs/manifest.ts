import { createHash } from 'node:crypto';
import type { JobTask } from '../../domain/spec/job-task.ts';
import type { Condition, KubeObject } from '../kubernetes/index.ts';

/** A Job as far as its end is told from it. */
export interface Job extends KubeObject {
  readonly spec?: object;
  readonly status?: { readonly conditions?: readonly Condition[] };
}

/** Seconds that a Job which nobody removed stays: by then an attempt that was lost has been made up for. */
const keptAfterEnd = 600;

/** Name of the Job's one container. */
const jobContainer = 'check';

/**
 * The Job of a task. It runs one pod once, without a sidecar, which would never end; a pod that its node evicts counts
 * as none. The last lines of a failed container's log become its termination message.
 */
export function jobManifest(task: JobTask, name: string, namespace: string): Job {
  const labels = { 'app.kubernetes.io/managed-by': 'sluice' };
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name, namespace, labels },
    spec: {
      backoffLimit: 0,
      activeDeadlineSeconds: Math.max(1, Math.ceil(task.timeout / 1000)),
      ttlSecondsAfterFinished: keptAfterEnd,
      podFailurePolicy: { rules: [{ action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget' }] }] },
      template: {
        metadata: { labels: { ...labels, 'sidecar.istio.io/inject': 'false' } },
        spec: {
          restartPolicy: 'Never',
          ...(task.serviceAccount === null ? {} : { serviceAccountName: task.serviceAccount }),
          containers: [containerOf(task)],
        },
      },
    },
  };
}

function containerOf({ image, command, env }: JobTask): object {
  return {
    name: jobContainer,
    image,
    ...(command.length === 0 ? {} : { command }),
    env: Object.entries(env).map(([name, value]) => ({ name, value })),
    terminationMessagePolicy: 'FallbackToLogsOnError',
  };
}

/**
 * Name of a task's Job, at most 63 characters: the same for every attempt at one run of it, and another for every
 * other run. `parts` tell the runs apart.
 */
export function jobName(task: string, parts: readonly string[]): string {
  const readable = task
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 40);
  const hash = createHash('sha256')
    .update(JSON.stringify([task, ...parts]))
    .digest('hex');
  return `sluice-${readable}-${hash.slice(0, 12)}`.replace(/-+/g, '-');
}
