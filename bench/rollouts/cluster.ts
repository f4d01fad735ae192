/** What a bench does to the cluster itself, as somebody with kubectl would. */
import { setTimeout as sleep } from 'node:timers/promises';
import {
  AppsV1Api,
  CustomObjectsApi,
  KubeConfig,
  PatchStrategy,
  setHeaderOptions,
} from '@kubernetes/client-node';

const namespace = 'default';
const asMerge = setHeaderOptions('Content-Type', PatchStrategy.MergePatch);

function configOf(kubeconfig: string): KubeConfig {
  const config = new KubeConfig();
  config.loadFromFile(kubeconfig);
  return config;
}

/** Waits until a Deployment has all of its pods ready. */
export async function available(kubeconfig: string, name: string, signal: AbortSignal): Promise<void> {
  const api = configOf(kubeconfig).makeApiClient(AppsV1Api);
  for (;;) {
    const { spec, status } = await api.readNamespacedDeployment({ namespace, name });
    if ((status?.readyReplicas ?? 0) >= (spec?.replicas ?? 1)) return;
    await sleep(200, undefined, { signal });
  }
}

/** Gives a Deployment a number of pods. */
export async function scale(kubeconfig: string, name: string, replicas: number): Promise<void> {
  const api = configOf(kubeconfig).makeApiClient(AppsV1Api);
  await api.patchNamespacedDeployment({ namespace, name, body: { spec: { replicas } } }, asMerge);
}

/**
 * Gives one subset of a service's DestinationRule a circuit breaker that lets a single request through, or takes it away.
 * @param subsets all of the rule, which a list of subsets has to repeat
 */
export async function breakCircuit(
  kubeconfig: string,
  host: string,
  subsets: readonly string[],
  broken: string | null,
): Promise<void> {
  const api = configOf(kubeconfig).makeApiClient(CustomObjectsApi);
  const connectionPool = {
    tcp: { maxConnections: 1 },
    http: { http1MaxPendingRequests: 1, maxRequestsPerConnection: 1, http2MaxRequests: 1 },
  };
  const rule = {
    group: 'networking.istio.io',
    version: 'v1',
    namespace,
    plural: 'destinationrules',
    name: host,
  };
  const spec = {
    subsets: subsets.map((name) => ({
      name,
      labels: { version: name },
      ...(name === broken && { trafficPolicy: { connectionPool } }),
    })),
  };
  await api.patchNamespacedCustomObject({ ...rule, body: { spec } }, asMerge);
}

/**
 * Has the callers' proxies abort a share of the requests to a service with 503, whichever version they would have gone to; or
 * none any more.
 * @param percentage 0 to 100
 */
export async function abortRequests(kubeconfig: string, host: string, percentage: number): Promise<void> {
  const api = configOf(kubeconfig).makeApiClient(CustomObjectsApi);
  const object = {
    group: 'networking.istio.io',
    version: 'v1',
    namespace,
    plural: 'virtualservices',
    name: host,
  };
  const { spec } = (await api.getNamespacedCustomObject(object)) as { spec: { http: object[] } };
  const fault = { abort: { httpStatus: 503, percentage: { value: percentage } } };
  const http = spec.http.map((route) => ({
    ...route,
    ...(percentage > 0 ? { fault } : { fault: undefined }),
  }));
  await api.patchNamespacedCustomObject({ ...object, body: { spec: { http } } }, asMerge);
}
