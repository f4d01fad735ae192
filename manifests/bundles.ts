import type { ApplicationSpec } from '../domain/spec/document.ts';
import { bookinfoGatewayApi } from './bookinfo-gateway-api.ts';
import { bookinfoGateway } from './bookinfo-gateway.ts';
import { bookinfoObjects, bookinfoPort, bookinfoServices } from './bookinfo.ts';
import type { Manifest } from './manifest.ts';

/** A command run inside a pod of the application, and what its output has to contain. */
export interface PodCheck {
  readonly deployment: string;
  readonly container: string;
  readonly command: readonly string[];
  readonly expect: string;
}

/** A GET through the ingress gateway, and what the answer has to contain. */
export interface OutsideCheck {
  readonly path: string;
  readonly expect: string;
}

/** An application that Sluice ships: its objects, and how to tell that it works. */
export interface Bundle {
  /** Services, by name. */
  readonly hosts: readonly string[];
  readonly deployments: readonly string[];
  /** In the order to apply them; the reverse to remove them. */
  readonly objects: (namespace: string) => Manifest[];
  /** @param port what the ingress gateway's proxy listens on; 8080 in Istio's own profiles */
  readonly gateway: (namespace: string, port?: number) => Manifest[];
  /** The same by the Gateway API. @param port that the gateway listens on; 80 by default */
  readonly gatewayApi: (namespace: string, port?: number) => Manifest[];
  readonly podCheck: PodCheck;
  readonly outsideCheck: OutsideCheck;
}

const title = '<title>Simple Bookstore App</title>';

const bundles: Readonly<Record<ApplicationSpec['bundle'], Bundle>> = {
  bookinfo: {
    hosts: bookinfoServices.map(({ name }) => name),
    deployments: bookinfoServices.flatMap(({ name, versions }) =>
      versions.map((version) => `${name}-${version}`),
    ),
    objects: bookinfoObjects,
    gateway: bookinfoGateway,
    gatewayApi: bookinfoGatewayApi,
    podCheck: {
      deployment: 'ratings-v1',
      container: 'ratings',
      command: ['curl', '-sS', `productpage:${bookinfoPort}/productpage`],
      expect: title,
    },
    outsideCheck: { path: '/productpage', expect: title },
  },
};

/** The application bundle with this name. */
export function bundle(name: ApplicationSpec['bundle']): Bundle {
  return bundles[name];
}
