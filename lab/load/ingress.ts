import { access } from 'node:fs/promises';
import type { V1Service } from '@kubernetes/client-node';
import { labPaths } from '../paths.ts';

const name = 'istio-ingressgateway';
const namespace = 'istio-system';

/** URL of productpage at the lab's ingress gateway. Throws, saying what is missing, when there is none yet. */
export async function findIngressUrl(lab: string): Promise<string> {
  const { kubeconfig } = labPaths(lab);
  await access(kubeconfig).catch(() => {
    throw new Error(`no lab '${lab}' is up: start it with 'sluice lab up --name ${lab}', or give --url`);
  });
  return ingressUrl(await readIngressService(kubeconfig));
}

async function readIngressService(kubeconfig: string): Promise<V1Service> {
  // Loaded only here: it takes longer to load than everything else of this command.
  const { CoreV1Api, KubeConfig, ApiException } = await import('@kubernetes/client-node');
  const config = new KubeConfig();
  config.loadFromFile(kubeconfig);
  try {
    return await config.makeApiClient(CoreV1Api).readNamespacedService({ name, namespace });
  } catch (error) {
    const notFound = error instanceof ApiException && error.code === 404;
    const reason = notFound ? 'is not there' : `cannot be read (${String(error)})`;
    throw new Error(`Service ${namespace}/${name} ${reason}: start a rollout first, or give --url`, {
      cause: error,
    });
  }
}

function ingressUrl(service: V1Service): string {
  const ingress = service.status?.loadBalancer?.ingress?.[0];
  const host = ingress?.ip ?? ingress?.hostname;
  const port = service.spec?.ports?.find((candidate) => candidate.name === 'http2')?.port;
  if (host === undefined || port === undefined) {
    throw new Error(`Service ${namespace}/${name} has no external address yet: wait, or give --url`);
  }
  return `http://${host}:${port}/productpage`;
}
