import { identitiesByLabels, identitiesWithPods } from '../../../../activities/gates/counters/identity.ts';
import { countedService, type Counted } from '../../../../activities/gates/counters/read-counters.ts';
import type { Pod } from '../../../../activities/kubernetes/index.ts';
import type { ServiceSpec } from '../../../../domain/spec/document.ts';

/** The service reviews with the versions v1 and v3; `service` gives each a Service of its own. */
export function reviewsOf({ service = false } = {}): ServiceSpec {
  const subsets = ['v1', 'v3'].map((name) => ({
    name,
    labels: { version: name },
    ...(service && { service: `reviews-${name}` }),
  }));
  return { host: 'reviews', subsets, stable: 'v1' };
}

/** Services whose requests are counted, with what their pods show. */
export function countedOf(spec: ServiceSpec = reviewsOf(), pods: readonly Pod[] = []): Counted {
  const identities = identitiesWithPods(identitiesByLabels(spec), spec.subsets, pods);
  return { namespace: 'default', services: () => [countedService(spec, identities)] };
}
