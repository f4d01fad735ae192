import { Context } from '@temporalio/activity';
import type { Weights } from '../../../domain/rollout.ts';
import type { ServiceSpec, SubsetSpec } from '../../../domain/spec/document.ts';
import {
  describeRef,
  selectorOf,
  type ClusterClient,
  type Pod,
  type Service,
} from '../../kubernetes/index.ts';
import { invalidTarget } from '../failure.ts';
import { isProxied, type Proxy } from '../../proxies/proxies.ts';
import type { RoutedBy } from '../routing/router-of.ts';
import { bareCallers, refuseAmbient } from './callers.ts';
import { refuseService } from './service-kind.ts';
import { isReady, podsBehind, podsOfSubset, readService } from '../service-pods.ts';

export interface CheckedTarget {
  /** Ready pods of the stable subset; null where the Service does not say which pods are its own. */
  readonly readyPods: number | null;
  readonly warnings: readonly string[];
  /** What requests meet that no route sends to a version, in words; null where that is the stable version alone. */
  readonly unreleased: string | null;
}

export interface TargetCheck extends Pick<RoutedBy, 'ignore'> {
  /** All that run. */
  readonly proxies: readonly Proxy[];
  /** Of all stages; without them every subset counts. */
  readonly weights?: readonly Weights[] | undefined;
}

/**
 * Makes sure that a service exists, that the mesh splits its requests and some proxy may send them, and that every subset
 * which is to get requests has a ready pod. Fails with `InvalidTarget`, not retryable, and with what does exist.
 */
export async function checkTarget(
  client: ClusterClient,
  namespace: string,
  service: ServiceSpec,
  { proxies, weights, ignore }: TargetCheck,
): Promise<CheckedTarget> {
  const { host } = service;
  const found = await readService(client, namespace, host);
  if (found === null) throw await unknownService(client, namespace, host);
  refuseService(found, ignore);
  const pods = await podsBehind(client, found);
  if (pods === null) {
    warn(`Service ${host} has no selector: its subsets are not checked`);
    return { readyPods: null, warnings: [], unreleased: null };
  }
  for (const subset of weighed(service, weights)) checkSubset(host, subset, pods);
  checkCallers(host, proxies, pods);
  const others = await client.list<Pod>('v1', 'Pod', { namespace });
  refuseAmbient(host, [...pods, ...others]);
  return {
    readyPods: readyOfStable(service, pods),
    warnings: bareCallers(host, others, pods),
    unreleased: unreleasedPods(service, pods),
  };
}

/** Weights are followed by the caller's proxy: the ones beside the service's own pods see nobody's requests to it. */
function checkCallers(host: string, proxies: readonly Proxy[], pods: readonly Pod[]): void {
  const own = new Set(pods.map(({ metadata }) => metadata.name));
  const { namespace } = pods[0]?.metadata ?? {};
  if (proxies.some((proxy) => proxy.namespace !== namespace || !own.has(proxy.pod))) return;
  throw invalidTarget(
    `no pod that could call ${host} has a running sidecar: weights would change nothing; ` +
      'inject the callers (label istio-injection=enabled on their namespace) and restart them',
  );
}

function unreleasedPods({ host, subsets, stable }: ServiceSpec, pods: readonly Pod[]): string | null {
  const ready = pods.filter(isReady);
  const others = subsets.filter((subset) => subset.name !== stable && podsOfSubset(ready, subset).length > 0);
  if (others.length === 0) return null;
  const theirs = others.flatMap((subset) => podsOfSubset(ready, subset)).length;
  return (
    `no route sends all requests to a version of ${host}, and ${theirs} of its ${ready.length} ready pods are of ` +
    `${others.map(({ name }) => name).join(', ')}: they get requests already, until stage one gives them their weights`
  );
}

function readyOfStable({ subsets, stable }: ServiceSpec, pods: readonly Pod[]): number | null {
  const subset = subsets.find(({ name }) => name === stable);
  return subset === undefined ? null : podsOfSubset(pods, subset).filter(isReady).length;
}

async function unknownService(client: ClusterClient, namespace: string, host: string) {
  const services = await client.list<Service>('v1', 'Service', { namespace });
  const names = services.map(({ metadata }) => metadata.name).sort();
  return invalidTarget(
    `no Service ${host} in namespace ${namespace}: there ${names.length === 0 ? 'is none' : `are ${names.join(', ')}`}`,
  );
}

function weighed({ host, subsets, stable }: ServiceSpec, weights?: readonly Weights[]): SubsetSpec[] {
  const isWeighed = (name: string) => weights?.some((stage) => (stage[host]?.[name] ?? 0) > 0) ?? true;
  return subsets.filter(({ name }) => name === stable || isWeighed(name));
}

function checkSubset(host: string, subset: SubsetSpec, pods: readonly Pod[]): void {
  const { name, labels } = subset;
  const own = podsOfSubset(pods, subset);
  if (own.length === 0) {
    throw invalidTarget(
      `no pod of Service ${host} has the labels ${selectorOf(labels)} of subset ${name}: its pods have ${labelsOf(pods, labels)}`,
    );
  }
  if (!own.some(isReady)) {
    throw invalidTarget(`none of the ${own.length} pods of ${host} ${name} is ready: wait until one is`);
  }
  const bare = own.find((pod) => !isProxied(pod));
  if (bare === undefined) return;
  warn(`${describeRef({ kind: 'pod', ...bare.metadata })} of ${host} ${name} has no sidecar`);
}

/** What pods have for the labels that a subset asks for: `version=v1, version=v2`. */
function labelsOf(pods: readonly Pod[], wanted: SubsetSpec['labels']): string {
  const keys = Object.keys(wanted);
  const seen = pods.map(({ metadata }) =>
    selectorOf(Object.fromEntries(keys.map((key) => [key, metadata.labels?.[key] ?? '(none)']))),
  );
  return [...new Set(seen)].sort().join(', ') || '(there are no pods)';
}

function warn(message: string): void {
  Context.current().log.warn(message);
}
