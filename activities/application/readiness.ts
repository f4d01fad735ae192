import { ApplicationFailure } from '@temporalio/activity';
import { defaultDeploymentTimeout } from '../../domain/defaults.ts';
import { FailureType } from '../../domain/failure.ts';
import type { ObjectRef } from '../../domain/rollout.ts';
import { conditionOf, howFailed } from '../jobs/outcome.ts';
import type { ClusterClient } from '../kubernetes/client.ts';
import { describeRef, refOf, type Workload } from '../kubernetes/object.ts';
import { waitUntil, type Look } from '../kubernetes/wait.ts';
import { explainWorkload, podsOf, workloadLack } from '../kubernetes/workload.ts';
import { requireSidecars } from './sidecars.ts';

/** Looks at short intervals, in ms, after which an application is one that takes its time. */
const interval = (looks: number) => (looks < 40 ? 500 : 2_000);

/**
 * Waits until workloads are ready, Jobs among them until they have completed. Fails with `CheckFailed` when a Job has
 * failed, and when pods in the namespace of the rollout then lack the sidecar.
 */
export async function awaitWorkloads(
  client: ClusterClient,
  namespace: string,
  workloads: readonly ObjectRef[],
): Promise<void> {
  const until = `the workloads of the application are ready`;
  const wait = { until, timeout: defaultDeploymentTimeout, interval };
  const ready = await waitUntil(wait, async () => lookAtAll(client, workloads));
  // Pods of a Job have come to their end.
  const meshed = ready.filter(({ kind, metadata }) => kind !== 'Job' && metadata.namespace === namespace);
  const pods = await Promise.all(meshed.map(async (workload) => podsOf(client, workload)));
  requireSidecars(namespace, pods.flat());
}

async function lookAtAll(client: ClusterClient, wanted: readonly ObjectRef[]): Promise<Look<Workload[]>> {
  const found = await readAll(client, wanted);
  const lacks = await Promise.all(
    wanted.map(async (ref, index) => lackOf(client, found[index] ?? `there is no ${describeRef(ref)}`)),
  );
  const missing = lacks.filter((lack) => lack !== null);
  if (missing.length > 0) return { missing: missing.join('; ') };
  return { done: found.filter((workload) => workload !== undefined) };
}

/** One list for all of a kind and namespace, however many there are. */
async function readAll(client: ClusterClient, refs: readonly ObjectRef[]): Promise<(Workload | undefined)[]> {
  const lists = new Map<string, Promise<Workload[]>>();
  const listOf = ({ apiVersion, kind, namespace }: ObjectRef) => {
    const key = JSON.stringify([apiVersion, kind, namespace]);
    const list = lists.get(key) ?? client.list<Workload>(apiVersion, kind, { namespace: namespace ?? '' });
    lists.set(key, list);
    return list;
  };
  return await Promise.all(
    refs.map(async (ref) => (await listOf(ref)).find(({ metadata }) => metadata.name === ref.name)),
  );
}

async function lackOf(client: ClusterClient, workload: Workload | string): Promise<string | null> {
  if (typeof workload === 'string') return workload;
  const lack = workloadLack(workload);
  if (lack === null) return null;
  if (workload.kind === 'Job') await refuseFailed(client, workload);
  return explainWorkload(client, workload, lack);
}

/** A Job that has failed stays so. */
async function refuseFailed(client: ClusterClient, workload: Workload): Promise<void> {
  const failed = conditionOf(workload, 'Failed');
  if (failed === undefined) return;
  const how = howFailed(failed, await podsOf(client, workload));
  throw ApplicationFailure.nonRetryable(`${describeRef(refOf(workload))} ${how}`, FailureType.checkFailed);
}
