import type { ServiceSpec, SubsetSpec } from '../../../../domain/spec/document.ts';
import { isHttp, versionServiceManifest } from '../../../../manifests/gateway-api/version-service.ts';
import {
  describeRef,
  selectorOf,
  type ClusterClient,
  type Pod,
  type Service,
} from '../../../kubernetes/index.ts';
import { invalidTarget } from '../../failure.ts';
import { isReady, podsBehind, podsOfSubset } from '../../service-pods.ts';

/** The Service of one version: what there is of it, and what it is to be. */
export interface PlannedService {
  readonly host: string;
  readonly subset: string;
  /** Whether the version has pods that get requests. */
  readonly serves: boolean;
  readonly manifest: Service;
  readonly existing: Service | null;
}

/**
 * What the Services of the versions must be. One that is there and has the version's pods is used as it is. Fails with
 * `InvalidTarget`, not retryable, on one that has others or lacks a port, and on a service without selector or HTTP.
 */
export async function planVersionServices(
  client: ClusterClient,
  namespace: string,
  services: readonly ServiceSpec[],
): Promise<PlannedService[]> {
  const all = await client.list<Service>('v1', 'Service', { namespace });
  const planned = services.map(async (service) => {
    const whole = wholeOf(all, namespace, service.host);
    const pods = (await podsBehind(client, whole)) ?? [];
    return Promise.all(
      service.subsets.map(async (subset) => planOne(client, all, whole, subset, podsOfSubset(pods, subset))),
    );
  });
  return (await Promise.all(planned)).flat();
}

function wholeOf(all: readonly Service[], namespace: string, host: string): Service {
  const whole = all.find(({ metadata }) => metadata.name === host);
  if (whole === undefined) throw invalidTarget(`no Service ${host} in namespace ${namespace}`);
  if (whole.spec.selector === undefined)
    throw invalidTarget(
      `Service ${namespace}/${host} has no selector: which pods a version's own Service has cannot be told`,
    );
  if (!whole.spec.ports?.some(isHttp))
    throw invalidTarget(`Service ${namespace}/${host} has no port for HTTP: an HTTPRoute cannot route it`);
  return whole;
}

async function planOne(
  client: ClusterClient,
  all: readonly Service[],
  whole: Service,
  { name: subset, labels, service: name = '' }: SubsetSpec,
  pods: readonly Pod[],
): Promise<PlannedService> {
  const { name: host, namespace = 'default' } = whole.metadata;
  const { selector = {}, ports = [] } = whole.spec;
  const manifest = versionServiceManifest(name, namespace, { selector, ports }, labels);
  const existing = all.find(({ metadata }) => metadata.name === name) ?? null;
  if (existing !== null) await refuseOther(client, existing, manifest, pods);
  return { host, subset, serves: pods.some(isReady), manifest, existing };
}

async function refuseOther(
  client: ClusterClient,
  existing: Service,
  wanted: Service,
  pods: readonly Pod[],
): Promise<void> {
  const what = describeRef({ kind: 'Service', ...existing.metadata });
  const { selector = {} } = wanted.spec;
  if (!(await hasJust(client, existing, selector, pods)))
    throw invalidTarget(
      `${what} has ${selectorOf(existing.spec.selector ?? {}) || 'no selector'}, the version's pods have ${selectorOf(selector)}: ` +
        "make the two agree, or name another Service by the subset's field service or preview",
    );
  const missing = (wanted.spec.ports ?? []).filter(isHttp).find(({ port }) => !hasPort(existing, port));
  if (missing !== undefined)
    throw invalidTarget(`${what} has no port ${missing.port}, as the whole service has`);
}

/** By other labels it may still mean the same pods. */
async function hasJust(
  client: ClusterClient,
  existing: Service,
  wanted: Readonly<Record<string, string>>,
  pods: readonly Pod[],
): Promise<boolean> {
  if (sorted(existing.spec.selector ?? {}) === sorted(wanted)) return true;
  const own = (await podsBehind(client, existing)) ?? [];
  return pods.length > 0 && namesOf(own) === namesOf(pods);
}

function sorted(labels: Readonly<Record<string, string>>): string {
  return Object.entries(labels)
    .map(([key, value]) => `${key}=${value}`)
    .sort()
    .join(',');
}

function namesOf(pods: readonly Pod[]): string {
  return pods
    .map(({ metadata }) => metadata.name)
    .sort()
    .join(',');
}

function hasPort({ spec }: Service, port: number): boolean {
  return spec.ports?.some((one) => one.port === port) ?? false;
}
