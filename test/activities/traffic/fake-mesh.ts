import { awsClients } from '../../../activities/aws/clients.ts';
import { ApplicationFailure } from '@temporalio/activity';
import type { ActivityDeps } from '../../../activities/deps.ts';
import type {
  ExecResult,
  KubeObject,
  ManagedFields,
  Pod,
  Service,
} from '../../../activities/kubernetes/index.ts';
import { refOf } from '../../../activities/kubernetes/index.ts';
import type { SubsetWeights } from '../../../domain/rollout.ts';
import type { ServiceSpec } from '../../../domain/spec/document.ts';
import { routesFollowing } from './following.ts';
import { FakeCluster, keyOf } from '../support/fake-cluster.ts';
import { envoyRoutes } from './fake-istiod.ts';
import { pod, noReleases } from '../support/objects.ts';

/** Of the latest write to any cluster; versions are only ever compared for being the same. */
let version = 0;

type Answer = string | Error | unknown[];

/**
 * A cluster whose API server keeps versions and merges an applied spec field by field, and whose proxies answer
 * with what a test says: a function of how often the proxy was asked before.
 */
export class FakeMesh extends FakeCluster {
  readonly dumps = new Map<string, (asked: number) => Answer>();
  /** Runs before a write is looked at: where somebody else writes in between. */
  beforeApply: (object: KubeObject) => void = () => undefined;
  private readonly asked = new Map<string, number>();
  private readonly annotated = new Map<string, string[]>();

  override put(object: KubeObject): void {
    version += 1;
    super.put({ ...object, metadata: { ...object.metadata, resourceVersion: `${version}` } });
  }

  override async apply<T extends KubeObject>(object: T): Promise<T> {
    this.beforeApply(object);
    const before = this.objects.get(keyOf(refOf(object)));
    const { resourceVersion } = object.metadata;
    if (resourceVersion !== undefined && resourceVersion !== before?.metadata.resourceVersion)
      throw conflict();
    const given = (object as { spec?: object }).spec;
    const spec = { ...(before?.spec as object | undefined), ...given };
    this.giveUp(object);
    const managedFields = managedBySluice(before, given);
    await super.apply({ ...object, spec, metadata: { ...object.metadata, managedFields } });
    if (this.dumps.size === 0 && ['VirtualService', 'HTTPRoute'].includes(object.kind)) this.follow();
    return this.objects.get(keyOf(refOf(object))) as unknown as T;
  }

  /** Adds a calling proxy that has at once what is written; the first route that is written brings it where there is no other. */
  follow(): void {
    this.proxy('caller', () => routesFollowing(this.objects.values()));
  }

  /** Annotations that were applied once and are not any more go. */
  private giveUp(object: KubeObject): void {
    const key = keyOf(refOf(object));
    const before = this.objects.get(key);
    const now = Object.keys(object.metadata.annotations ?? {});
    const left = (this.annotated.get(key) ?? []).filter((name) => !now.includes(name));
    this.annotated.set(key, now);
    if (before === undefined) return;
    const annotations = Object.fromEntries(
      Object.entries(before.metadata.annotations ?? {}).filter(([name]) => !left.includes(name)),
    );
    this.objects.set(key, { ...before, metadata: { ...before.metadata, annotations } });
  }

  /** Somebody else changes fields of an object's spec, as `kubectl edit` does: what is there beside them stays. */
  edit(key: string, fields: object, manager = 'kubectl-edit'): void {
    const before = this.objects.get(key);
    if (before === undefined) throw new Error(`no ${key}`);
    const managedFields = managed(before, manager, 'Update', fields);
    const spec = { ...(before.spec as object), ...fields };
    this.put({ ...before, metadata: { ...before.metadata, managedFields }, spec } as KubeObject);
  }

  override exec(target: { namespace: string; pod: string }, command: readonly string[]): Promise<ExecResult> {
    const name = target.pod;
    this.log.push(`exec ${name} ${command.join(' ')}`);
    const asked = this.asked.get(name) ?? 0;
    this.asked.set(name, asked + 1);
    const asksMetrics = command.at(-1)?.startsWith('stats/') === true;
    const answer = this.dumps.get(name)?.(asked) ?? (asksMetrics ? '' : []);
    if (answer instanceof Error) return Promise.reject(answer);
    const stdout = typeof answer === 'string' ? answer : JSON.stringify({ configs: answer });
    return Promise.resolve({ stdout, stderr: '', exitCode: 0 });
  }

  /** Adds a running pod with a proxy that answers so. */
  proxy(
    app: string,
    dump: (asked: number) => Answer,
    change: Partial<Pick<Pod, 'spec' | 'status'>> = {},
  ): void {
    const made = pod(app, 'default', change);
    this.put({ ...made, metadata: { ...made.metadata, uid: `uid of ${app}` } });
    this.dumps.set(made.metadata.name, dump);
  }

  /** Adds a proxy that has what istiod makes of the VirtualServices at the time. */
  follower(app: string, kind: 'sidecar' | 'gateway' = 'sidecar'): this {
    this.proxy(app, () => envoyRoutes(this, kind));
    return this;
  }

  /** What was written, in order, without what the proxies were asked. */
  get writes(): string[] {
    return this.log.filter((line) => !line.startsWith('exec'));
  }

  spec(key: string): Record<string, unknown> {
    return this.objects.get(key)?.spec as Record<string, unknown>;
  }

  deps(isOpen: ActivityDeps['isOpen'] = () => Promise.resolve(true)): ActivityDeps {
    const { signal: draining } = new AbortController();
    return {
      labCommand: [],
      isOpen,
      openRollouts: () => Promise.resolve([]),
      draining,
      clients: () => this,
      aws: awsClients,
      istio: noReleases,
    };
  }
}

function managedBySluice(before: KubeObject | undefined, fields: object | undefined): ManagedFields[] {
  return managed(before, 'sluice', 'Apply', fields ?? {});
}

/** Fields of the spec belong to the one that wrote them last. */
function managed(
  before: KubeObject | undefined,
  manager: string,
  operation: 'Apply' | 'Update',
  fields: object,
): ManagedFields[] {
  const names = Object.keys(fields).map((name) => `f:${name}`);
  const others = (before?.metadata.managedFields ?? []).flatMap((entry) => {
    const spec = Object.entries(entry.fieldsV1?.['f:spec'] as object).filter(
      ([name]) => !names.includes(name),
    );
    return spec.length === 0 ? [] : [{ ...entry, fieldsV1: { 'f:spec': Object.fromEntries(spec) } }];
  });
  const spec = Object.fromEntries(names.map((name) => [name, {}]));
  return [...others, { manager, operation, time: new Date().toISOString(), fieldsV1: { 'f:spec': spec } }];
}

export function conflict(): ApplicationFailure {
  const details = [{ code: 409, reason: 'Conflict' }];
  return ApplicationFailure.create({ message: 'cannot apply: changed', type: 'KubernetesApiError', details });
}

/** A mesh with a sidecar that follows its VirtualServices. */
export function followed(...objects: KubeObject[]): FakeMesh {
  return new FakeMesh(...objects).follower('caller');
}

export const reviews: ServiceSpec = {
  host: 'reviews',
  stable: 'v1',
  subsets: ['v1', 'v2', 'v3'].map((name) => ({ name, labels: { version: name } })),
};

export function service(name: string): Service {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace: 'default' },
    spec: { selector: { app: name } },
  };
}

/** A pod of a version of reviews. */
export function versionPod(version: string, ready: 'True' | 'False' = 'True'): Pod {
  const made = pod('reviews', 'default');
  return {
    ...made,
    metadata: { ...made.metadata, name: `reviews-${version}`, labels: { app: 'reviews', version } },
    status: { ...made.status, conditions: [{ type: 'Ready', status: ready }] },
  };
}

export function virtualService(name: string, spec: object): KubeObject & { spec: object } {
  return {
    apiVersion: 'networking.istio.io/v1',
    kind: 'VirtualService',
    metadata: { name, namespace: 'default' },
    spec,
  };
}

export function destinationRule(name: string, spec: object): KubeObject & { spec: object } {
  return { ...virtualService(name, spec), kind: 'DestinationRule' };
}

/** An Envoy route that splits requests over clusters, as Istio writes it. */
export function route(weights: SubsetWeights, { host = 'reviews', origin = 'reviews' } = {}): object {
  const clusters = Object.entries(weights).map(([subset, weight]) => ({
    name: `outbound|9080|${subset}|${host}.default.svc.cluster.local`,
    weight,
  }));
  const config = `/apis/networking.istio.io/v1/namespaces/default/virtual-service/${origin}`;
  const [only] = clusters;
  const action = clusters.length === 1 ? { cluster: only?.name } : { weighted_clusters: { clusters } };
  return { match: { prefix: '/' }, route: action, metadata: { filter_metadata: { istio: { config } } } };
}

/** A proxy's dynamic route configuration with one virtual host of these routes. */
export function routeConfig(domain: string, ...routes: object[]): unknown {
  const virtual_hosts = [{ name: `${domain}:9080`, domains: [domain, `${domain}:9080`], routes }];
  return { version_info: '1', route_config: { name: '9080', virtual_hosts } };
}

/** What a sidecar has of reviews. */
export function sidecarRoutes(weights: SubsetWeights): unknown[] {
  return [routeConfig('reviews.default.svc.cluster.local', route(weights))];
}
