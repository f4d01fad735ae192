import type { IGateway, IVirtualService } from '@kubernetes-models/istio/networking.istio.io/v1';
import { bookinfoPort } from './bookinfo.ts';
import type { Manifest } from './manifest.ts';

/**
 * Port the ingress gateway's proxy listens on for plain HTTP: the target port of its Service, not the Service's own
 * port, which differs between clusters. Istio's current Bookinfo sample names the same.
 */
export const defaultGatewayPort = 8080;

/** Paths that users of Bookinfo call. */
export const bookinfoPaths = [
  ['exact', '/productpage'],
  ['prefix', '/static'],
  ['exact', '/login'],
  ['exact', '/logout'],
  ['prefix', '/api/v1/products'],
] as const;

type Labels = Readonly<Record<string, string>>;

/** Labels of the gateway in Istio's own profiles. */
const defaultSelector: Labels = { istio: 'ingressgateway' };

const name = 'bookinfo-gateway';

function gateway(namespace: string, port: number, selector: Labels): IGateway & Manifest {
  return {
    apiVersion: 'networking.istio.io/v1',
    kind: 'Gateway',
    metadata: { name, namespace },
    spec: {
      selector: { ...selector },
      servers: [{ port: { number: port, name: 'http', protocol: 'HTTP' }, hosts: ['*'] }],
    },
  };
}

function virtualService(namespace: string): IVirtualService & Manifest {
  return {
    apiVersion: 'networking.istio.io/v1',
    kind: 'VirtualService',
    metadata: { name: 'bookinfo', namespace },
    spec: {
      hosts: ['*'],
      gateways: [name],
      http: [
        {
          match: bookinfoPaths.map(([type, value]) => ({ uri: { [type]: value } })),
          route: [{ destination: { host: 'productpage', port: { number: bookinfoPort } } }],
        },
      ],
    },
  };
}

/**
 * What makes productpage reachable through the ingress gateway.
 * @param namespace of Bookinfo
 * @param port that the gateway's proxy listens on
 * @param selector labels of the gateway's pods
 */
export function bookinfoGateway(
  namespace: string,
  port: number = defaultGatewayPort,
  selector: Labels = defaultSelector,
): Manifest[] {
  return [gateway(namespace, port, selector), virtualService(namespace)];
}
