import type { IGateway } from '@kubernetes-models/gateway-api/gateway.networking.k8s.io/v1/Gateway';
import type { IHTTPRoute } from '@kubernetes-models/gateway-api/gateway.networking.k8s.io/v1/HTTPRoute';
import { bundleGateways } from '../domain/bundles.ts';
import { bookinfoPaths } from './bookinfo-gateway.ts';
import { bookinfoPort } from './bookinfo.ts';
import { gatewayApiVersion } from '../domain/routing.ts';
import type { Manifest } from './manifest.ts';

/** Port of the listener, and so of the load balancer, where nothing says another. */
const defaultListenerPort = 80;

const name = bundleGateways.bookinfo;

/** A Gateway of Istio's class: Istio deploys a proxy and a Service for it, and takes them away with it. */
function gateway(namespace: string, port: number): IGateway & Manifest {
  return {
    apiVersion: gatewayApiVersion,
    kind: 'Gateway',
    metadata: { name, namespace },
    spec: {
      gatewayClassName: 'istio',
      listeners: [{ name: 'http', port, protocol: 'HTTP', allowedRoutes: { namespaces: { from: 'Same' } } }],
    },
  };
}

function httpRoute(namespace: string): IHTTPRoute & Manifest {
  return {
    apiVersion: gatewayApiVersion,
    kind: 'HTTPRoute',
    metadata: { name: 'bookinfo', namespace },
    spec: {
      parentRefs: [{ name }],
      rules: [
        {
          matches: bookinfoPaths.map(([type, value]) => ({
            path: { type: type === 'exact' ? 'Exact' : 'PathPrefix', value },
          })),
          backendRefs: [{ name: 'productpage', port: bookinfoPort }],
        },
      ],
    },
  };
}

/** What makes productpage reachable through a gateway of its own. */
export function bookinfoGatewayApi(namespace: string, port: number = defaultListenerPort): Manifest[] {
  return [gateway(namespace, port), httpRoute(namespace)];
}
