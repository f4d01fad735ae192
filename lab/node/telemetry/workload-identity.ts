import type { Pod } from '../api/models.ts';
import { workloadOf } from '../pods/workload.ts';

/** What Istio's metrics say of the workload on one side of a request. */
export interface WorkloadIdentity {
  readonly workload: string;
  readonly namespace: string;
  readonly app: string;
  readonly version: string;
  readonly canonicalService: string;
  readonly canonicalRevision: string;
}

/** Labels that name the canonical service and revision of a pod, the first that is there (istio.io, canonical service). */
const serviceLabels = ['service.istio.io/canonical-name', 'app.kubernetes.io/name', 'app'];
const revisionLabels = ['service.istio.io/canonical-revision', 'app.kubernetes.io/version', 'version'];

/** @returns how Istio's metrics name a pod */
export function identityOf(pod: Pod): WorkloadIdentity {
  const labels = pod.metadata?.labels ?? {};
  const workload = workloadOf(pod);
  return {
    workload,
    namespace: pod.metadata?.namespace ?? 'default',
    app: labels.app ?? 'unknown',
    version: labels.version ?? 'unknown',
    canonicalService: firstOf(labels, serviceLabels) ?? workload,
    canonicalRevision: firstOf(labels, revisionLabels) ?? 'latest',
  };
}

function firstOf(labels: Readonly<Record<string, string>>, names: readonly string[]): string | undefined {
  return names.map((name) => labels[name]).find((value) => value !== undefined);
}
