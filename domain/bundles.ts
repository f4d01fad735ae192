/** Applications that Sluice ships, as far as a spec says or checks something of them. */
import { defaultExecCheckTimeout, defaultHttpCheckTimeout } from './defaults.ts';
import { gatewayApiGroup, gatewayApiVersion, type RoutingApi } from './routing.ts';
import type { ObjectRef } from './rollout.ts';
import type { ApplicationSource, ApplicationSpec, CheckSpec } from './spec/application.ts';

/** Name of an application that Sluice ships. */
export type BundleName = 'bookinfo';

/** Services of a bundle. */
export const bundleHosts: Readonly<Record<BundleName, readonly string[]>> = {
  bookinfo: ['productpage', 'details', 'ratings', 'reviews'],
};

/** Gateway of the Gateway API that opens a bundle to the outside, where weights are HTTPRoutes'. */
export const bundleGateways: Readonly<Record<BundleName, string>> = { bookinfo: 'bookinfo-gateway' };

const bookinfoTitle = '<title>Simple Bookstore App</title>';

/** How to tell that a bundle works, where a spec has no checks of its own: for Bookinfo those of the runbook. */
export const bundleChecks: Readonly<Record<BundleName, readonly CheckSpec[]>> = {
  bookinfo: [
    {
      kind: 'exec',
      name: 'page-in-the-mesh',
      pod: { app: 'ratings' },
      container: 'ratings',
      command: ['curl', '-sS', 'productpage:9080/productpage'],
      exitCode: 0,
      stdout: bookinfoTitle,
      timeout: defaultExecCheckTimeout,
    },
    {
      kind: 'http',
      name: 'productpage',
      path: '/productpage',
      host: null,
      status: 200,
      body: bookinfoTitle,
      timeout: defaultHttpCheckTimeout,
    },
  ],
};

/** Checks of an application; a bundle has its own where the spec has none. */
export function checksOf(application: ApplicationSpec): readonly CheckSpec[] {
  return application.checks ?? ('bundle' in application ? bundleChecks[application.bundle] : []);
}

/** The Gateway of the Gateway API that an application is reached by; null where that is the mesh's own ingress. */
export function gatewayOf(
  application: ApplicationSource,
  namespace: string,
  routing: RoutingApi,
): ObjectRef | null {
  const kind = 'Gateway';
  if ('bundle' in application) {
    const name = bundleGateways[application.bundle];
    return routing === 'gateway-api' ? { apiVersion: gatewayApiVersion, kind, name, namespace } : null;
  }
  const gateway = application.objects.find(
    (object) => object.kind === kind && object.apiVersion.startsWith(`${gatewayApiGroup}/`),
  );
  if (gateway === undefined) return null;
  const { apiVersion, metadata } = gateway;
  return { apiVersion, kind, name: metadata.name, namespace: metadata.namespace ?? namespace };
}
