import type { ExecCheckSpec } from '../../domain/spec/application.ts';
import type { ClusterClient } from '../kubernetes/client.ts';
import { selectorOf, type Pod } from '../kubernetes/object.ts';
import { podTroubles } from '../kubernetes/pod.ts';
import type { Look } from '../kubernetes/wait.ts';
import { excerpt } from './excerpt.ts';
import { sidecar } from './sidecars.ts';

/** Longest run of the command itself, in ms. */
const commandTimeout = 15_000;

/** What an exec check waits for, in words. */
export function describeExecCheck({ command, pod, stdout, exitCode }: ExecCheckSpec): string {
  const where = `${command.join(' ')} in a pod with ${selectorOf(pod)}`;
  return stdout === null ? `${where} ends with exit code ${exitCode}` : `${where} answers ${stdout}`;
}

/** Runs the check's command once in a pod of the namespace; what came instead where it is not what is expected. */
export async function lookByExec(
  client: ClusterClient,
  namespace: string,
  check: ExecCheckSpec,
): Promise<Look<null>> {
  const pod = await findPod(client, namespace, check.pod);
  if (typeof pod === 'string') return { missing: pod };
  const container = check.container ?? ownContainer(pod);
  const target = { namespace, pod: pod.metadata.name, container };
  const { stdout, stderr, exitCode } = await client.exec(target, check.command, commandTimeout);
  if (exitCode !== check.exitCode) return { missing: `exit code ${exitCode}: ${excerpt(stderr || stdout)}` };
  if (stdout.includes(check.stdout ?? '')) return { done: null };
  return { missing: `the answer was ${excerpt(stdout)}` };
}

/** A pod with the labels whose containers all run, or why there is none. */
async function findPod(
  client: ClusterClient,
  namespace: string,
  labels: ExecCheckSpec['pod'],
): Promise<Pod | string> {
  const labelSelector = selectorOf(labels);
  const pods = await client.list<Pod>('v1', 'Pod', { namespace, labelSelector });
  const present = pods.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
  const healthy = present.find((pod) => podTroubles(pod).length === 0);
  return (
    healthy ??
    (present.flatMap(podTroubles).join('; ') || `no pod in ${namespace} has the labels ${labelSelector}`)
  );
}

/** The one that kubectl would take too: as the pod says, else the first that is no sidecar. */
function ownContainer({ metadata, spec }: Pod): string {
  const named = metadata.annotations?.['kubectl.kubernetes.io/default-container'];
  return named ?? spec.containers.find(({ name }) => name !== sidecar)?.name ?? sidecar;
}
