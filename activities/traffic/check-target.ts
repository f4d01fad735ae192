import { Context } from '@temporalio/activity';
import type { Weights } from '../../domain/rollout.ts';
import type { ServiceSpec, SubsetSpec } from '../../domain/spec/document.ts';
import { describeRef, selectorOf, type ClusterClient, type Pod, type Service } from '../kubernetes/index.ts';
import { invalidTarget } from './failure.ts';
import { isProxied } from './proxies.ts';

/**
 * Makes sure that a service exists, and that every subset which is to get requests has a ready pod. Fails with
 * `InvalidTarget`, not retryable, and with what does exist.
 * @param weights of all stages; without them every subset counts
 */
export async function checkTarget(
  client: ClusterClient,
  namespace: string,
  service: ServiceSpec,
  weights?: readonly Weights[],
): Promise<void> {
  const { host } = service;
  const found = await client.read<Service>({ apiVersion: 'v1', kind: 'Service', name: host, namespace });
  if (found === null) throw await unknownService(client, namespace, host);
  const { selector } = found.spec;
  if (selector === undefined) {
    warn(`Service ${host} has no selector: its subsets are not checked`);
    return;
  }
  const pods = await client.list<Pod>('v1', 'Pod', { namespace, labelSelector: selectorOf(selector) });
  for (const subset of weighed(service, weights)) checkSubset(host, subset, pods);
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

function checkSubset(host: string, { name, labels }: SubsetSpec, pods: readonly Pod[]): void {
  const own = pods.filter((pod) => hasLabels(pod, labels));
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

function hasLabels({ metadata }: Pod, labels: SubsetSpec['labels']): boolean {
  return Object.entries(labels).every(([key, value]) => metadata.labels?.[key] === value);
}

/** What pods have for the labels that a subset asks for: `version=v1, version=v2`. */
function labelsOf(pods: readonly Pod[], wanted: SubsetSpec['labels']): string {
  const keys = Object.keys(wanted);
  const seen = pods.map(({ metadata }) =>
    selectorOf(Object.fromEntries(keys.map((key) => [key, metadata.labels?.[key] ?? '(none)']))),
  );
  return [...new Set(seen)].sort().join(', ') || '(there are no pods)';
}

function isReady({ metadata, status }: Pod): boolean {
  const ready = status?.conditions?.find(({ type }) => type === 'Ready');
  return metadata.deletionTimestamp === undefined && ready?.status === 'True';
}

function warn(message: string): void {
  Context.current().log.warn(message);
}
