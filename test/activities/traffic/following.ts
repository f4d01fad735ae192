import type { KubeObject } from '../../../activities/kubernetes/index.ts';

interface Routed {
  readonly http?: readonly { readonly match?: readonly unknown[]; readonly route?: readonly Destination[] }[];
  readonly rules?: readonly { readonly name?: string; readonly backendRefs?: readonly Backend[] }[];
}

interface Destination {
  readonly destination: { readonly host: string; readonly subset?: string };
  readonly weight?: number;
}

interface Backend {
  readonly name: string;
  readonly weight?: number;
}

/** Envoy's routes of a proxy that has everything that the objects say, as istiod makes them. */
export function routesFollowing(objects: Iterable<KubeObject>): unknown[] {
  const virtual_hosts = [...objects].flatMap(({ kind, metadata, ...rest }) => {
    const { spec = {} } = rest as { spec?: Routed };
    const { name, namespace = 'default' } = metadata;
    if (kind === 'HTTPRoute') return [virtualHost(name, rulesOf(spec, `${namespace}.${name}`))];
    return kind === 'VirtualService' ? [virtualHost(name, httpOf(spec, namespace, name))] : [];
  });
  return [{ route_config: { name: '9080', virtual_hosts } }];
}

function virtualHost(name: string, routes: object[]): object {
  return { name: `${name}.default.svc.cluster.local:9080`, domains: ['*'], routes };
}

function httpOf({ http = [] }: Routed, namespace: string, name: string): object[] {
  const config = `/apis/networking.istio.io/v1/namespaces/${namespace}/virtual-service/${name}`;
  const metadata = { filter_metadata: { istio: { config } } };
  return http.flatMap(({ match = [], route = [] }) => {
    const clusters = route.map(({ destination: { host, subset = '' }, weight = 100 }) => ({
      name: `outbound|9080|${subset}|${host.split('.')[0]}.${namespace}.svc.cluster.local`,
      weight,
    }));
    return Array.from({ length: Math.max(match.length, 1) }, () => ({ ...action(clusters), metadata }));
  });
}

function rulesOf({ rules = [] }: Routed, prefix: string): object[] {
  return rules.map(({ name, backendRefs = [] }, index) => {
    const clusters = backendRefs.map((backend) => ({
      name: `outbound|9080||${backend.name}.default.svc.cluster.local`,
      weight: backend.weight ?? 1,
    }));
    return { name: name ?? `${prefix}.${index}`, ...action(clusters) };
  });
}

function action(clusters: readonly { name: string; weight: number }[]): object {
  const [only] = clusters;
  return { route: clusters.length === 1 ? { cluster: only?.name } : { weighted_clusters: { clusters } } };
}
