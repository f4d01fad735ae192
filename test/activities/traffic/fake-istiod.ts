import type { KubeObject } from '../../../activities/kubernetes/index.ts';
import type { FakeCluster } from '../support/fake-cluster.ts';

/** Namespace and domain of everything here. */
const domain = 'svc.cluster.local';

interface Destination {
  readonly destination: { readonly host: string; readonly subset?: string };
  readonly weight?: number;
}

interface HttpRoute {
  readonly name?: string;
  readonly match?: readonly object[];
  readonly route?: readonly Destination[];
  readonly mirror?: Destination['destination'];
  readonly mirrorPercentage?: { readonly value: number };
  readonly delegate?: { readonly name: string; readonly namespace?: string };
}

interface Rule {
  readonly name?: string;
  readonly matches?: readonly object[];
  readonly backendRefs?: readonly {
    readonly name: string;
    readonly port?: number;
    readonly weight?: number;
  }[];
  readonly filters?: readonly {
    readonly requestMirror?: {
      readonly backendRef: { readonly name: string; readonly port?: number };
      readonly percent?: number;
    };
  }[];
}

interface Routed extends KubeObject {
  readonly spec: {
    readonly parentRefs?: readonly { readonly kind?: string; readonly name: string }[];
    readonly rules?: readonly Rule[];
    readonly hosts?: readonly string[];
    readonly gateways?: readonly string[];
    readonly http?: readonly HttpRoute[];
  };
}

/**
 * What istiod makes of the VirtualServices and HTTPRoutes that a mesh has at the moment: for gateways of those that are bound to one,
 * for sidecars of all others, and the plain routes of Services that none routes.
 */
export function envoyRoutes(mesh: FakeCluster, kind: 'sidecar' | 'gateway'): unknown[] {
  const all = [...mesh.objects.values()] as unknown as Routed[];
  const virtualServices = all.filter((object) => object.kind === 'VirtualService' && object.spec.hosts);
  const hosts = virtualServices.flatMap((object) => hostsFor(object, kind).map((host) => ({ host, object })));
  const rules = all.flatMap((object) =>
    object.kind === 'HTTPRoute' ? parentsFor(object, kind).map((host) => ({ host, object })) : [],
  );
  const services = kind === 'gateway' ? [] : all.filter((object) => object.kind === 'Service');
  const plain = services
    .map(({ metadata }) => fullName(metadata.name, metadata.namespace ?? 'default'))
    .filter((name) => ![...hosts, ...rules].some(({ host }) => takes(host, name)))
    .map((name) => virtualHost(name, [{ route: { cluster: `outbound|9080||${name}` } }]));
  const routed = hosts.map(({ host, object }) => virtualHost(host, routesOf(object, all)));
  const ruled = rules.map(({ host, object }) => virtualHost(host, rulesOf(object)));
  return [
    { version_info: '1', route_config: { name: '9080', virtual_hosts: [...routed, ...ruled, ...plain] } },
  ];
}

/** A wildcard takes the requests of the Services that it fits. */
function takes(host: string, name: string): boolean {
  return host === name || (host.startsWith('*') && name.endsWith(host.slice(1)));
}

function virtualHost(host: string, routes: readonly object[]): object {
  return { name: `${host}:9080`, domains: [host, `${host}:9080`], routes };
}

function hostsFor({ metadata, spec }: Routed, kind: 'sidecar' | 'gateway'): string[] {
  const { gateways = ['mesh'], hosts = [] } = spec;
  const inMesh = gateways.includes('mesh');
  const isHere = kind === 'sidecar' ? inMesh : gateways.some((gateway) => gateway !== 'mesh');
  return isHere ? hosts.map((host) => fullName(host, metadata.namespace ?? 'default')) : [];
}

function routesOf(root: Routed, all: readonly Routed[]): object[] {
  const { name, namespace = 'default' } = root.metadata;
  const config = `/apis/networking.istio.io/v1alpha3/namespaces/${namespace}/virtual-service/${name}`;
  return (root.spec.http ?? []).flatMap((route) => {
    const { delegate } = route;
    const space = delegate?.namespace ?? namespace;
    const inner = all.find(
      ({ kind, metadata }) =>
        kind === 'VirtualService' && metadata.name === delegate?.name && metadata.namespace === space,
    );
    const routes = delegate === undefined ? [route] : (inner?.spec.http ?? []);
    return routes.flatMap((one) => {
      const count =
        Math.max(one.match?.length ?? 0, 1) * (delegate ? Math.max(route.match?.length ?? 0, 1) : 1);
      return Array.from({ length: count }, () => ({
        ...(one.name !== undefined && { name: [route.name, delegate && one.name].filter(Boolean).join('-') }),
        ...action(one.route ?? [], space, mirrorOf(one, space)),
        metadata: { filter_metadata: { istio: { config } } },
      }));
    });
  });
}

/** Istio gives shares of copies in millionths. */
function policy(cluster: string, percent: number): object {
  const share = { numerator: percent * 10_000, denominator: 'MILLION' };
  return { cluster, runtime_fraction: { default_value: share } };
}

function mirrorOf({ mirror, mirrorPercentage }: HttpRoute, namespace: string): object[] {
  if (mirror === undefined) return [];
  const { host, subset = '' } = mirror;
  const cluster = `outbound|9080|${subset}|${fullName(host, namespace)}`;
  return [policy(cluster, mirrorPercentage?.value ?? 100)];
}

function action(route: readonly Destination[], namespace: string, mirrors: readonly object[]): object {
  if (route.length === 0) return { redirect: {} };
  const clusters = route
    .filter(({ weight = 0 }) => route.length === 1 || weight > 0)
    .map(({ destination: { host, subset = '' }, weight }) => ({
      name: `outbound|9080|${subset}|${fullName(host, namespace)}`,
      weight,
    }));
  return { route: { ...clustersOf(clusters), request_mirror_policies: mirrors } };
}

function clustersOf(clusters: readonly { readonly name: string }[]): object {
  return clusters.length === 1 ? { cluster: clusters[0]?.name } : { weighted_clusters: { clusters } };
}

/** A Gateway's HTTPRoutes are for any host here. */
function parentsFor({ metadata, spec }: Routed, kind: 'sidecar' | 'gateway'): string[] {
  const { namespace = 'default' } = metadata;
  return (spec.parentRefs ?? []).flatMap((parent) => {
    const isGateway = (parent.kind ?? 'Gateway') === 'Gateway';
    if (isGateway !== (kind === 'gateway')) return [];
    return [isGateway ? '*' : fullName(parent.name, namespace)];
  });
}

function rulesOf({ metadata, spec }: Routed): object[] {
  const { name, namespace = 'default' } = metadata;
  return (spec.rules ?? []).map((rule, index) => {
    const clusters = (rule.backendRefs ?? [])
      .filter(({ weight = 1 }) => weight > 0)
      .map(({ name: service, port = 9080, weight = 1 }) => ({
        name: `outbound|${port}||${fullName(service, namespace)}`,
        weight,
      }));
    const mirrors = (rule.filters ?? []).flatMap(({ requestMirror }) => {
      if (requestMirror === undefined) return [];
      const { name: service, port = 9080 } = requestMirror.backendRef;
      return [policy(`outbound|${port}||${fullName(service, namespace)}`, requestMirror.percent ?? 100)];
    });
    return {
      name: rule.name ?? `${namespace}.${name}.${index}`,
      route: { ...clustersOf(clusters), request_mirror_policies: mirrors },
    };
  });
}

/** A short name is a Service of the namespace; public names stay. */
function fullName(host: string, namespace: string): string {
  if (host.endsWith('.svc') || host.split('.').length === 2) return `${host.replace(/\.svc$/, '')}.${domain}`;
  return host.includes('.') || host.includes('*') ? host : `${host}.${namespace}.${domain}`;
}
