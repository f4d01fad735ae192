import { describeRef, refOf, type ClusterClient, type KubeObject, type Pod } from '../../kubernetes/index.ts';
import type { Job } from './job-manifest.ts';
import { hasRun, type JobSight } from './job-outcome.ts';

interface Event extends KubeObject {
  readonly reason?: string;
  readonly message?: string;
}

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
    const refusal = seen.size === 0 ? await refusalOf(client, name, namespace) : null;
    return { job, pods: [...seen.values()], refusal };
  };
}

/** A pod that is deleted may lose the status of its containers. */
function latest(before: Pod | undefined, now: Pod): Pod {
  return before !== undefined && hasRun(before) && !hasRun(now) ? before : now;
}

/** Why no pod could be made: the controller of Jobs says it in an event alone. */
async function refusalOf(client: ClusterClient, name: string, namespace: string): Promise<string | null> {
  const fieldSelector = `involvedObject.kind=Job,involvedObject.name=${name},reason=FailedCreate`;
  try {
    const events = await client.list<Event>('v1', 'Event', { namespace, fieldSelector });
    return events.at(-1)?.message ?? null;
  } catch {
    // Who may not read events is told less.
    return null;
  }
}
