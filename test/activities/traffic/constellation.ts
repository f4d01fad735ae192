import type { KubeObject } from '../../../activities/kubernetes/index.ts';
import { createTrafficActivities, type PreviousRouting } from '../../../activities/traffic/index.ts';
import type { RoutedBy } from '../../../activities/traffic/index.ts';
import type { SubsetWeights } from '../../../domain/rollout.ts';
import { formatWeights } from '../../../domain/weights.ts';
import { asActivity } from '../support/activity.ts';
import { connection } from '../support/objects.ts';
import { envoyRoutes } from './fake-istiod.ts';
import { reviews as subsets, type FakeMesh } from './fake-mesh.ts';
import { meshOf as emptyMesh, reviews as versions } from './gateway-api/fixtures.ts';

/** What a spec says of routing. */
export type Spec = RoutedBy;

const observeTimeout = 500;

/** A mesh with reviews in three versions, a calling sidecar, an ingress gateway, and whatever else. */
export function meshOf(...objects: readonly KubeObject[]): FakeMesh {
  return emptyMesh(...objects)
    .follower('caller')
    .follower('ingress', 'gateway');
}

const target = (spec: Spec) => ({
  connection,
  namespace: 'default',
  services: [spec.routing === 'gateway-api' ? versions : subsets],
  ...spec,
});

export function claim(mesh: FakeMesh, spec: Spec) {
  const { claimTargets } = createTrafficActivities(mesh.deps());
  const holder = { workflowId: 'rollout/lab/default/reviews', runId: 'run-1' };
  return asActivity(() => claimTargets({ ...target(spec), ...holder }));
}

export function shift(mesh: FakeMesh, split: SubsetWeights, spec: Spec) {
  const { shiftTraffic } = createTrafficActivities(mesh.deps());
  return asActivity(() => shiftTraffic({ ...target(spec), weights: { reviews: split }, observeTimeout }));
}

export function restore(mesh: FakeMesh, previous: PreviousRouting, spec: Spec) {
  const { shiftTraffic } = createTrafficActivities(mesh.deps());
  const back = { weights: { reviews: { v1: 100 } }, previous, restoring: true } as const;
  return asActivity(() => shiftTraffic({ ...target(spec), ...back, observeTimeout }));
}

interface VirtualHost {
  readonly domains: readonly string[];
  readonly routes: readonly {
    readonly route?: {
      readonly cluster?: string;
      readonly weighted_clusters?: { readonly clusters: readonly { name: string; weight: number }[] };
    };
  }[];
}

/** Routes of the proxies to reviews, as in `gateway shop.example.com: v1 90, v2 10`. */
export function doorsOf(mesh: FakeMesh): string[] {
  return (['sidecar', 'gateway'] as const).flatMap((kind) => {
    const [config] = envoyRoutes(mesh, kind) as { route_config: { virtual_hosts: VirtualHost[] } }[];
    return (config?.route_config.virtual_hosts ?? []).flatMap(({ domains, routes }) =>
      routes.flatMap(({ route }) => {
        const clusters = route?.weighted_clusters?.clusters ?? [{ name: route?.cluster ?? '', weight: 100 }];
        const split = splitOf(clusters);
        return split === null ? [] : [`${kind} ${domains[0] ?? ''}: ${split}`];
      }),
    );
  });
}

function splitOf(clusters: readonly { readonly name: string; readonly weight: number }[]): string | null {
  const named = clusters.flatMap(({ name, weight }) => {
    const [, subset, service] =
      /^outbound\|\d+\|([^|]*)\|(reviews(?:-v\d)?)\.default\.svc\./.exec(name) ?? [];
    if (subset === undefined || service === undefined) return [];
    return [
      [subset || service.replace(/^reviews-?/, '') || '(any version)', clusters.length === 1 ? 100 : weight],
    ];
  });
  if (named.length === 0) return null;
  const sorted = Object.fromEntries(named.sort()) as SubsetWeights;
  return formatWeights({ reviews: sorted }).replace('reviews ', '');
}
