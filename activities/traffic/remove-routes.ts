import type { ClusterConnection, ObjectRef } from '../../domain/rollout.ts';
import { getsRequests } from '../../manifests/destinations.ts';
import { isSameHost } from '../../manifests/host.ts';
import { namespaceOf } from '../../manifests/virtual-service.ts';
import type { ActivityDeps } from '../deps.ts';
import { describeRef, removeMade, type ClusterClient, type Pod, type Service } from '../kubernetes/index.ts';
import { invalidTarget } from './failure.ts';
import type { DestinationRule, HttpRoute, VirtualService } from './routing/routing-object.ts';
import { isReady, podsBehind, podsOfSubset } from './service-pods.ts';
import { listDestinationRules } from './subsets/apply-subsets.ts';

export interface RemoveRoutesInput {
  readonly connection: ClusterConnection;
  /** VirtualServices and HTTPRoutes; one that is gone is fine. */
  readonly objects: readonly ObjectRef[];
  /** What else is removed with them: of a Service that goes, no traffic is left to move. */
  readonly leaving: readonly ObjectRef[];
  /** Removes them wherever requests go then. */
  readonly releaseTraffic?: boolean | undefined;
}

/** Whether a route sends a Service's requests to some of its pods alone, and to which. */
interface Hold {
  readonly service: Service;
  readonly isServed: (pod: Pod) => boolean;
}

/** Pods that a message names. */
const named = 3;

/**
 * Removes routes, but none that keeps requests from pods which they would reach without it: a plain Service spreads them
 * over all of its pods, those of a failed version included. Fails with `InvalidTarget`, not retryable, naming those that
 * stay and what would follow; all others are removed by then.
 */
export async function removeRoutes(deps: ActivityDeps, input: RemoveRoutesInput): Promise<void> {
  const { connection, objects, releaseTraffic = false } = input;
  const client = deps.clients(connection);
  const reasons = await Promise.all(
    objects.map(async (ref) => (releaseTraffic ? null : holdingReason(client, ref, input.leaving))),
  );
  await removeMade(
    client,
    objects.filter((_ref, index) => reasons[index] === null),
  );
  const kept = reasons.filter((reason) => reason !== null);
  if (kept.length > 0)
    throw invalidTarget(
      `${kept.join('; ')}: scale the other versions down or take them from the Service, and tear down again; ` +
        'or with --release-traffic, wherever requests go',
    );
}

async function holdingReason(
  client: ClusterClient,
  ref: ObjectRef,
  leaving: readonly ObjectRef[],
): Promise<string | null> {
  const holds = await (ref.kind === 'HTTPRoute' ? holdsOfRules(client, ref) : holdsOfRoutes(client, ref));
  for (const { service, isServed } of holds) {
    if (leaving.some((other) => isService(other, service))) continue;
    const pods = ((await podsBehind(client, service)) ?? []).filter(isReady);
    const others = pods.filter((pod) => !isServed(pod)).map(({ metadata }) => metadata.name);
    if (others.length === 0) continue;
    const more = others.length > named ? ` and ${others.length - named} more` : '';
    return (
      `${describeRef(ref)} stays: without it requests to ${service.metadata.name} would reach ` +
      `${others.slice(0, named).join(', ')}${more}, too`
    );
  }
  return null;
}

async function holdsOfRoutes(client: ClusterClient, ref: ObjectRef): Promise<Hold[]> {
  const object = await client.read<VirtualService>(ref);
  if (object === null) return [];
  const [services, rules] = await Promise.all([
    client.list<Service>('v1', 'Service'),
    listDestinationRules(client),
  ]);
  const from = namespaceOf(object);
  const destinations = (object.spec?.http ?? []).flatMap(({ route = [] }) =>
    route.filter((one) => getsRequests(one, route)).map(({ destination }) => destination),
  );
  return services.flatMap((service): Hold[] => {
    const { name, namespace = 'default' } = service.metadata;
    const own = destinations.filter(({ host }) => isSameHost(host, name, namespace, from));
    if (own.length === 0 || own.some(({ subset }) => subset === undefined)) return [];
    const subsets = subsetsOf(rules, name, namespace).filter((one) =>
      own.some(({ subset }) => subset === one.name),
    );
    return [{ service, isServed: (pod) => subsets.some((subset) => podsOfSubset([pod], subset).length > 0) }];
  });
}

function subsetsOf(rules: readonly DestinationRule[], host: string, namespace: string) {
  return rules
    .filter(({ metadata, spec }) => isSameHost(spec?.host ?? '', host, namespace, metadata.namespace))
    .flatMap(({ spec }) => spec?.subsets ?? [])
    .map(({ name, labels = {} }) => ({ name, labels }));
}

/** An HTTPRoute inside the mesh keeps the requests of its parents. */
async function holdsOfRules(client: ClusterClient, ref: ObjectRef): Promise<Hold[]> {
  const route = await client.read<HttpRoute>(ref);
  if (route === null) return [];
  const { namespace = 'default' } = route.metadata;
  const services = await client.list<Service>('v1', 'Service', { namespace });
  const find = (name: string) => services.find(({ metadata }) => metadata.name === name);
  const backends = (route.spec.rules ?? [])
    .flatMap(({ backendRefs = [] }) => backendRefs)
    .filter(({ weight = 1 }) => weight > 0)
    .flatMap(({ name }) => find(name) ?? []);
  return (route.spec.parentRefs ?? [])
    .filter(({ kind }) => kind === 'Service')
    .flatMap(({ name }) => find(name) ?? [])
    .map((service) => ({ service, isServed: (pod) => backends.some((one) => selects(one, pod)) }));
}

function selects({ spec }: Service, pod: Pod): boolean {
  return podsOfSubset([pod], { name: '', labels: spec.selector ?? {} }).length > 0;
}

function isService({ kind, name, namespace = 'default' }: ObjectRef, { metadata }: Service): boolean {
  return kind === 'Service' && name === metadata.name && namespace === (metadata.namespace ?? 'default');
}
