import type { PodCheck } from '../../manifests/bundles.ts';
import type { ClusterClient } from '../kubernetes/client.ts';
import { podsOf, podTroubles } from '../kubernetes/deployment.ts';
import type { Deployment, Pod } from '../kubernetes/object.ts';
import { waitUntil, type Look } from '../kubernetes/wait.ts';
import { excerpt } from './excerpt.ts';

/** Longest wait for the answer to be right: sidecars take their routes a moment after they are ready. */
const checkTimeout = 2 * 60_000;

/** Longest run of the command itself. */
const commandTimeout = 15_000;

/** Runs the check's command in a pod of its Deployment until the output has what is expected, which is returned. */
export async function checkInPod(client: ClusterClient, namespace: string, check: PodCheck): Promise<string> {
  const until = `${check.command.join(' ')} in ${check.deployment} answers ${check.expect}`;
  return waitUntil({ until, timeout: checkTimeout, interval: 1_000 }, async () =>
    look(client, namespace, check),
  );
}

async function look(client: ClusterClient, namespace: string, check: PodCheck): Promise<Look<string>> {
  const pod = await findPod(client, namespace, check.deployment);
  if (typeof pod === 'string') return { missing: pod };
  const target = { namespace, pod: pod.metadata.name, container: check.container };
  const { stdout, stderr, exitCode } = await client.exec(target, check.command, commandTimeout);
  if (exitCode === 0 && stdout.includes(check.expect)) return { done: check.expect };
  if (exitCode === 0) return { missing: `the answer was ${excerpt(stdout)}` };
  return { missing: `exit code ${exitCode}: ${excerpt(stderr || stdout)}` };
}

/** A pod of the Deployment whose containers all run, or why there is none. */
async function findPod(client: ClusterClient, namespace: string, name: string): Promise<Pod | string> {
  const ref = { apiVersion: 'apps/v1', kind: 'Deployment', name, namespace };
  const deployment = await client.read<Deployment>(ref);
  if (deployment === null) return `there is no Deployment ${name}`;
  const pods = await podsOf(client, deployment);
  const healthy = pods.find((pod) => podTroubles(pod).length === 0);
  return healthy ?? (pods.flatMap(podTroubles).join('; ') || `Deployment ${name} has no pod`);
}
