import type { KubeObject, Service } from '../../../../activities/kubernetes/index.ts';
import type { SubsetWeights } from '../../../../domain/rollout.ts';
import { FakeMesh, reviews as whole, routeConfig, service, versionPod } from '../fake-mesh.ts';

/** reviews, each version with a Service of its own. */
export const reviews = {
  ...whole,
  subsets: whole.subsets.map((subset) => ({ ...subset, service: `reviews-${subset.name}` })),
};

export const by = { routing: 'gateway-api', namespace: 'default', services: [reviews] } as const;

/** The Gateway API's types, as of a release. */
export function definition(version = 'v1.6.0'): KubeObject {
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: {
      name: 'httproutes.gateway.networking.k8s.io',
      annotations: { 'gateway.networking.k8s.io/bundle-version': version },
    },
  };
}

export function servedAt(name: string, ...ports: object[]): Service {
  const { spec, ...rest } = service(name);
  return { ...rest, spec: { ...spec, ports } } as Service;
}

export const http = { name: 'http', port: 9080 };

/** A mesh with reviews in three versions, and whatever else. */
export function meshOf(...objects: KubeObject[]): FakeMesh {
  const pods = ['v1', 'v2', 'v3'].map((version) => versionPod(version));
  return new FakeMesh(definition(), servedAt('reviews', http), ...pods, ...objects);
}

/** The same, with a sidecar that follows its HTTPRoutes. */
export function followedMesh(...objects: KubeObject[]): FakeMesh {
  return meshOf(...objects).follower('caller');
}

export function httpRoute(name: string, ...rules: object[]): KubeObject & { spec: object } {
  return {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'HTTPRoute',
    metadata: { name, namespace: 'default' },
    spec: { parentRefs: [{ group: '', kind: 'Service', name: 'reviews', port: 9080 }], rules },
  };
}

export const ref = (name: string, weight = 1) => ({ group: '', kind: 'Service', name, port: 9080, weight });

/** What a sidecar has of reviews, as istiod makes it of HTTPRoutes: by the name of each rule. */
export function sidecarRules(rules: Readonly<Record<string, SubsetWeights>>): unknown[] {
  const routes = Object.entries(rules).map(([name, weights]) => {
    const clusters = Object.entries(weights).map(([version, weight]) => ({
      name: `outbound|9080||reviews${version && `-${version}`}.default.svc.cluster.local`,
      weight,
    }));
    const [only] = clusters;
    return {
      name,
      route: clusters.length === 1 ? { cluster: only?.name } : { weighted_clusters: { clusters } },
    };
  });
  return [routeConfig('reviews.default.svc.cluster.local', ...routes)];
}
