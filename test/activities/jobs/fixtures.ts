import type { Job } from '../../../activities/jobs/manifest.ts';
import type { Condition, ContainerStatus, Pod } from '../../../activities/kubernetes/index.ts';
import type { JobGateSpec } from '../../../domain/spec/document.ts';

export const jobGate: JobGateSpec = {
  name: 'Smoke test',
  hosts: ['reviews'],
  dryRun: false,
  initialDelay: 0,
  kind: 'job',
  image: 'registry.example/checks:1.2',
  command: ['check', '--all'],
  env: { WHO: 'reviews' },
  serviceAccount: null,
  timeout: 90_000,
};

/** The status of a Job that ended. */
export function ended(type: 'Complete' | 'Failed', reason?: string): Job['status'] {
  const condition: Condition = { type, status: 'True', message: 'as the controller says' };
  return { conditions: [reason === undefined ? condition : { ...condition, reason }] };
}

/** A pod of a Job whose container is in a state. */
export function jobPod(job: string, state: ContainerStatus['state'], name = `${job}-x2k`): Pod {
  const container = state === undefined ? [] : [{ name: 'check', ready: false, restartCount: 0, state }];
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'shop', labels: { 'batch.kubernetes.io/job-name': job } },
    spec: { containers: [{ name: 'check' }] },
    status: { phase: 'Pending', containerStatuses: container },
  };
}
