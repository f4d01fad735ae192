import type { CoreV1Api, V1Pod, V1Service, V1ServicePort } from '@kubernetes/client-node';

/** A port of a pod that a Service leads to. */
export interface PodPort {
  readonly namespace: string;
  readonly pod: string;
  readonly port: number;
}

/**
 * A ready pod of a Service, and its port behind one of the Service's.
 * @throws Error with what there is instead
 */
export async function readyPod(api: CoreV1Api, service: V1Service, port: number): Promise<PodPort> {
  const namespace = service.metadata?.namespace ?? 'default';
  const name = service.metadata?.name ?? '';
  const title = `Service ${namespace}/${name}`;
  const selector = Object.entries(service.spec?.selector ?? {});
  if (selector.length === 0) throw new Error(`${title} selects no pods`);
  const labelSelector = selector.map(([label, value]) => `${label}=${value}`).join(',');
  const { items } = await api.listNamespacedPod({ namespace, labelSelector });
  const pod = items.find(isReady);
  if (pod === undefined) throw new Error(`no pod of ${title} is ready: ${describe(items)}`);
  const found = targetPort(pod, servicePort(service, port, title));
  return { namespace, pod: pod.metadata?.name ?? '', port: found };
}

function isReady({ metadata, status }: V1Pod): boolean {
  const isLeaving = metadata?.deletionTimestamp !== undefined;
  const ready = status?.conditions?.find(({ type }) => type === 'Ready');
  return !isLeaving && ready?.status === 'True';
}

function describe(pods: readonly V1Pod[]): string {
  const words = pods.map(({ metadata, status }) => {
    const ready = status?.conditions?.find(({ type }) => type === 'Ready');
    const why = [ready?.reason, ready?.message].filter(Boolean).join(', ');
    return `${metadata?.name ?? ''} is ${status?.phase ?? 'unknown'}${why === '' ? '' : ` (${why})`}`;
  });
  return words.length > 0 ? words.join('; ') : 'there is none';
}

function servicePort(service: V1Service, port: number, title: string): V1ServicePort {
  const ports = service.spec?.ports ?? [];
  const found = ports.find((one) => one.port === port);
  if (found !== undefined) return found;
  throw new Error(`${title} has no port ${port}; it has ${ports.map((one) => one.port).join(', ')}`);
}

/** A Service may name the port that its pods have under that name. */
function targetPort(pod: V1Pod, { port, targetPort: target = port }: V1ServicePort): number {
  if (typeof target === 'number') return target;
  const ports = (pod.spec?.containers ?? []).flatMap((container) => container.ports ?? []);
  const named = ports.find(({ name }) => name === target);
  if (named !== undefined) return named.containerPort;
  throw new Error(`pod ${pod.metadata?.name ?? ''} has no port named ${target}`);
}
