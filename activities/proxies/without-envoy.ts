import type { Container, Pod } from '../kubernetes/index.ts';

/**
 * Why a pod's container `istio-proxy` has no Envoy; null when it has one.
 * `ztunnel`: the node's proxy of ambient mode, which forwards connections and knows no routes.
 * `proxyless`: the agent of a gRPC application that takes its routes from istiod itself (template `grpc-agent`).
 */
export function envoyLack(pod: Pod): 'ztunnel' | 'proxyless' | null {
  const containers = [...pod.spec.containers, ...(pod.spec.initContainers ?? [])];
  const proxy = containers.find(({ name }) => name === 'istio-proxy');
  if (proxy === undefined) return null;
  if (proxy.args?.includes('ztunnel') === true || isImage(proxy, 'ztunnel')) return 'ztunnel';
  const isProxyless =
    valueOf(proxy, 'DISABLE_ENVOY') === 'true' || valueOf(proxy, 'ISTIO_META_GENERATOR') === 'grpc';
  return isProxyless ? 'proxyless' : null;
}

function isImage({ image = '' }: Container, name: string): boolean {
  const last = image.split('/').at(-1) ?? '';
  return last.split(/[:@]/)[0] === name;
}

function valueOf({ env = [] }: Container, name: string): string | undefined {
  return env.find((variable) => variable.name === name)?.value;
}
