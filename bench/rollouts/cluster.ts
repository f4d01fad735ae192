/** What a bench does to the cluster itself, as somebody with kubectl would. */
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
