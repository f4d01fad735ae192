/** The APIs by which weights reach Istio, and what they need. */

/** `istio`: VirtualServices and DestinationRules. `gateway-api`: HTTPRoutes of the Kubernetes Gateway API. */
export const routingApis = ['istio', 'gateway-api'] as const;
export type RoutingApi = (typeof routingApis)[number];

/** Kinds of objects whose routes may lead to a service. */
export const routeKinds = [
  'VirtualService',
  'HTTPRoute',
  'GRPCRoute',
  'TCPRoute',
  'TLSRoute',
  'UDPRoute',
  'Ingress',
] as const;

/** Routes that a rollout leaves alone: those of an object, or a port of a Service. */
export interface IgnoredRoute {
  readonly kind: (typeof routeKinds)[number] | 'Service';
  readonly name: string;
  readonly namespace: string;
  /** Of a Service: the port whose requests no weight has to reach. */
  readonly port?: number;
}

/** API group of the Gateway API; its labels and annotations bear the same name. */
export const gatewayApiGroup = 'gateway.networking.k8s.io';

/** Group and version of the Gateway API's objects. */
export const gatewayApiVersion = `${gatewayApiGroup}/v1`;

/** Label of what an implementation deploys for a Gateway (GEP-1762). */
export const gatewayNameLabel = `${gatewayApiGroup}/gateway-name`;

/**
 * Oldest release of the Gateway API whose standard channel routes requests inside a mesh: "service mesh support" went
 * there with 1.1 (gateway-api.sigs.k8s.io/mesh).
 */
export const oldestGatewayApi = '1.1';

/**
 * Oldest release whose standard channel has names of rules, by which Sluice knows its own rules again, and mirrors by
 * percent (GEP-995, GEP-3171; kubernetes.io/blog/2025/11/06/gateway-api-v1-4).
 */
export const oldestDivertingGatewayApi = '1.4';

/** The release that Istio 1.31 is built against, and that Sluice is tested with. */
export const testedGatewayApi = '1.6.0';

/** What installs the Gateway API's types into a cluster. */
export const gatewayApiInstall =
  'kubectl apply --server-side -f ' +
  `https://github.com/kubernetes-sigs/gateway-api/releases/download/v${testedGatewayApi}/standard-install.yaml`;

/** Why a release of the Gateway API, such as `v1.0.0`, cannot take weights inside a mesh; null when it can. */
export function unsupportedGatewayApi(version: string): string | null {
  if (!isOlder(version, oldestGatewayApi)) return null;
  return `the Gateway API of the cluster is ${version}, routes inside a mesh need ${oldestGatewayApi} or later`;
}

/** Why a release of the Gateway API cannot take routes for testers and mirrors by percent; null when it can. */
export function undivertingGatewayApi(version: string): string | null {
  if (!isOlder(version, oldestDivertingGatewayApi)) return null;
  return `the Gateway API of the cluster is ${version}, match and mirror of stages need ${oldestDivertingGatewayApi} or later`;
}

/** A version that cannot be read is not older. */
function isOlder(version: string, oldest: string): boolean {
  const [, major, minor] = /^v?(\d+)\.(\d+)/.exec(version) ?? [];
  const [oldestMajor = 0, oldestMinor = 0] = oldest.split('.').map(Number);
  if (major === undefined || minor === undefined) return false;
  return Number(major) < oldestMajor || (Number(major) === oldestMajor && Number(minor) < oldestMinor);
}

/** Name of the Service that a version has by itself, where the spec does not give it: as in Istio's Bookinfo. */
export function versionService(host: string, subset: string): string {
  return `${host}-${subset}`;
}
