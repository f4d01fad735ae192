import type { BundleName } from '../domain/bundles.ts';
import { bookinfoGatewayApi } from './bookinfo-gateway-api.ts';
import { bookinfoGateway } from './bookinfo-gateway.ts';
import { bookinfoObjects, bookinfoServices } from './bookinfo.ts';
import type { Manifest } from './manifest.ts';

export type { BundleName };

/** An application that Sluice ships: its objects. */
export interface Bundle {
  /** Services, by name. */
  readonly hosts: readonly string[];
  readonly deployments: readonly string[];
  /** In the order to apply them; the reverse to remove them. */
  readonly objects: (namespace: string) => Manifest[];
  /**
   * @param port what the ingress gateway's proxy listens on; 8080 in Istio's own profiles
   * @param selector labels of the ingress gateway's pods
   */
  readonly gateway: (
    namespace: string,
    port?: number,
    selector?: Readonly<Record<string, string>>,
  ) => Manifest[];
  /** The same by the Gateway API. @param port that the gateway listens on; 80 by default */
  readonly gatewayApi: (namespace: string, port?: number) => Manifest[];
}

const bundles: Readonly<Record<BundleName, Bundle>> = {
  bookinfo: {
    hosts: bookinfoServices.map(({ name }) => name),
    deployments: bookinfoServices.flatMap(({ name, versions }) =>
      versions.map((version) => `${name}-${version}`),
    ),
    objects: bookinfoObjects,
    gateway: bookinfoGateway,
    gatewayApi: bookinfoGatewayApi,
  },
};

/** The application bundle with this name. */
export function bundle(name: BundleName): Bundle {
  return bundles[name];
}
