/** Add-ons that Istio's releases bring manifests of (`samples/addons`), all in the namespace of the control plane. */
import { istioNamespace } from './istio.ts';
import type { ObjectRef } from './rollout.ts';

/** In the order to apply them: Kiali draws on the others. */
export const addonNames = ['prometheus', 'grafana', 'jaeger', 'kiali'] as const;
export type AddonName = (typeof addonNames)[number];

interface Addon {
  readonly deployment: string;
  readonly service: string;
  /** Of the Service, for people's browsers. */
  readonly port: number;
  /** Where to begin, for an application in the namespace. */
  readonly path: (namespace: string) => string;
}

/** What the manifests name each; ports of the Services as Istio's documentation opens them. */
export const addons: Readonly<Record<AddonName, Addon>> = {
  prometheus: { deployment: 'prometheus', service: 'prometheus', port: 9090, path: () => '/' },
  grafana: { deployment: 'grafana', service: 'grafana', port: 3000, path: () => '/' },
  jaeger: { deployment: 'jaeger', service: 'tracing', port: 80, path: () => '/jaeger/search' },
  kiali: {
    deployment: 'kiali',
    service: 'kiali',
    port: 20001,
    path: (namespace) => `/kiali/console/graph/namespaces?namespaces=${encodeURIComponent(namespace)}`,
  },
};

/** Where a person begins with an add-on that is reached at this base URL. */
export function addonUrl(name: AddonName, base: string, namespace: string): string {
  return `${base}${addons[name].path(namespace)}`;
}

/** The Deployment that an add-on consists of. */
export function deploymentOf(name: AddonName): ObjectRef {
  const { deployment } = addons[name];
  return { apiVersion: 'apps/v1', kind: 'Deployment', name: deployment, namespace: istioNamespace };
}

/** The Service by which people reach an add-on. */
export function serviceOf(name: AddonName): ObjectRef {
  return { apiVersion: 'v1', kind: 'Service', name: addons[name].service, namespace: istioNamespace };
}
