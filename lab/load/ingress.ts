import type { CoreV1Api, V1Service } from '@kubernetes/client-node';
import { openCoreApi } from './core-api.ts';

const name = 'istio-ingressgateway';
const namespace = 'istio-system';

/** URL of productpage at the lab's ingress gateway. Throws, saying what is missing, when there is none yet. */
export async function findIngressUrl(lab: string): Promise<string> {
  return ingressUrl(await readIngressService(await openCoreApi(lab)));
}

async function readIngressService(core: CoreV1Api): Promise<V1Service> {
  try {
    return await core.readNamespacedService({ name, namespace });
  } catch (error) {
    const { ApiException } = await import('@kubernetes/client-node');
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
