import { ApplicationFailure } from '@temporalio/activity';
import { defaultDeploymentTimeout } from '../../domain/defaults.ts';
import { FailureType } from '../../domain/failure.ts';
import type { ClusterClient } from '../kubernetes/client.ts';
import { deploymentLack, explainDeployment, podsOf } from '../kubernetes/deployment.ts';
import { describeRef, type Deployment, type Pod } from '../kubernetes/object.ts';
import { waitUntil, type Look } from '../kubernetes/wait.ts';

const sidecar = 'istio-proxy';

/** Waits until the Deployments are Available, and fails with `CheckFailed` when pods then lack the sidecar. */
export async function awaitDeployments(
  client: ClusterClient,
  namespace: string,
  names: readonly string[],
): Promise<void> {
  const timeout = defaultDeploymentTimeout;
  const ready = await waitUntil(
    { until: `the Deployments of ${namespace} are Available`, timeout },
    async () => lookAtAll(client, namespace, names),
  );
  const pods = await Promise.all(ready.map(async (deployment) => podsOf(client, deployment)));
  requireSidecars(namespace, pods.flat());
}

async function lookAtAll(
  client: ClusterClient,
  namespace: string,
  names: readonly string[],
): Promise<Look<Deployment[]>> {
  const all = await client.list<Deployment>('apps/v1', 'Deployment', { namespace });
  const wanted = names.map((name) => all.find(({ metadata }) => metadata.name === name) ?? name);
  const lacks = await Promise.all(wanted.map(async (deployment) => lackOf(client, deployment)));
  const found = lacks.filter((lack) => lack !== null);
  if (found.length > 0) return { missing: found.join('; ') };
  return { done: wanted.filter((deployment) => typeof deployment !== 'string') };
}

async function lackOf(client: ClusterClient, deployment: Deployment | string): Promise<string | null> {
  if (typeof deployment === 'string') return `there is no Deployment ${deployment}`;
  const lack = deploymentLack(deployment);
  return lack === null ? null : explainDeployment(client, deployment, lack);
}

/** Istio injects a sidecar when a pod is created: one that is older than the namespace's label has none. */
function requireSidecars(namespace: string, pods: readonly Pod[]): void {
  const bare = pods
    .filter((pod) => !hasSidecar(pod))
    .map(({ metadata }) => describeRef({ kind: 'pod', ...metadata }));
  if (bare.length === 0) return;
  throw ApplicationFailure.nonRetryable(
    `no sidecar (${sidecar}) in ${bare.join(', ')}: created before namespace ${namespace} was labelled istio-injection=enabled, or opted out; restart them with kubectl rollout restart deployment --namespace ${namespace}`,
    FailureType.checkFailed,
  );
}

/** In `containers`, or, as a native sidecar, in `initContainers` with `restartPolicy: Always`. */
export function hasSidecar({ spec }: Pod): boolean {
  const native = (spec.initContainers ?? []).filter(({ restartPolicy }) => restartPolicy === 'Always');
  return [...spec.containers, ...native].some(({ name }) => name === sidecar);
}
