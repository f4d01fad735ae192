import type { CoreV1Api, V1Service } from '@kubernetes/client-node';
import { gatewayNameLabel } from '../../domain/routing.ts';
import { openCoreApi } from './core-api.ts';

const name = 'istio-ingressgateway';
const namespace = 'istio-system';

/**
 * URL of productpage at the lab's ingress: a Gateway of the Gateway API where there is one, else Istio's own gateway.
 * Throws, saying what is missing, when there is none yet.
 */
export async function findIngressUrl(lab: string): Promise<string> {
  const core = await openCoreApi(lab);
  return ingressUrl((await findGatewayService(core)) ?? (await readIngressService(core)));
}

async function findGatewayService(core: CoreV1Api): Promise<V1Service | undefined> {
  const list = await core
    .listServiceForAllNamespaces({ labelSelector: gatewayNameLabel })
    .catch(() => undefined);
  // What is no list has no items, whatever its type says.
  return (list as { items?: V1Service[] } | undefined)?.items?.[0];
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
  const { metadata } = service;
  const label = `${metadata?.namespace ?? namespace}/${metadata?.name ?? name}`;
  const ingress = service.status?.loadBalancer?.ingress?.[0];
  const host = ingress?.ip ?? ingress?.hostname;
  const port = service.spec?.ports?.find((one) => one.name === 'http2' || one.name === 'http')?.port;
  if (host === undefined || port === undefined) {
    throw new Error(`Service ${label} has no external address yet: wait, or give --url`);
  }
  return `http://${host}:${port}/productpage`;
}
