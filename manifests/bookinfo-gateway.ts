import type { IGateway, IVirtualService } from '@kubernetes-models/istio/networking.istio.io/v1';
import { bookinfoPort } from './bookinfo.ts';
import type { Manifest } from './manifest.ts';

/**
 * Port the ingress gateway's proxy listens on for plain HTTP: the target port of its Service, not the Service's own
 * port, which differs between clusters. Istio's current Bookinfo sample names the same.
 */
export const defaultGatewayPort = 8080;

const name = 'bookinfo-gateway';

function gateway(namespace: string, port: number): IGateway & Manifest {
  return {
    apiVersion: 'networking.istio.io/v1',
    kind: 'Gateway',
    metadata: { name, namespace },
    spec: {
      selector: { istio: 'ingressgateway' },
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
          match: [
            { uri: { exact: '/productpage' } },
            { uri: { prefix: '/static' } },
            { uri: { exact: '/login' } },
            { uri: { exact: '/logout' } },
            { uri: { prefix: '/api/v1/products' } },
          ],
          route: [{ destination: { host: 'productpage', port: { number: bookinfoPort } } }],
        },
      ],
    },
  };
}

/** What makes productpage reachable through the ingress gateway. */
export function bookinfoGateway(namespace: string, port: number = defaultGatewayPort): Manifest[] {
  return [gateway(namespace, port), virtualService(namespace)];
}
