import { describeRef, refOf, type ClusterClient, type Pod, warningsOf } from '../kubernetes/index.ts';
import type { Job } from './manifest.ts';
import { hasRun, type JobSight } from './outcome.ts';

/** A label that the Job's controller gives its pods. */
const jobNameLabel = 'batch.kubernetes.io/job-name';

/**
 * Looks at a Job and its pods, and remembers the pods: those of a Job that ran out of time are deleted with its failure.
 * Each look fails when the Job is gone: somebody else deleted it.
 */
export function createSight(client: ClusterClient, { metadata, ...kind }: Job): () => Promise<JobSight> {
  const { name, namespace = '' } = metadata;
  const seen = new Map<string, Pod>();
  return async () => {
    const job = await client.read<Job>(refOf({ ...kind, metadata }));
    if (job === null) throw new Error(`${describeRef({ kind: 'Job', name, namespace })} was deleted`);
    const labelSelector = `${jobNameLabel}=${name}`;
    const pods = await client.list<Pod>('v1', 'Pod', { namespace, labelSelector });
    for (const pod of pods) seen.set(pod.metadata.name, latest(seen.get(pod.metadata.name), pod));
    // Why no pod could be made, its controller says in an event alone.
    const warnings = seen.size === 0 ? await warningsOf(client, { kind: 'Job', name, namespace }) : [];
    return { job, pods: [...seen.values()], refusal: warnings.at(-1) ?? null };
  };
}

/** A pod that is deleted may lose the status of its containers. */
function latest(before: Pod | undefined, now: Pod): Pod {
  return before !== undefined && hasRun(before) && !hasRun(now) ? before : now;
}
