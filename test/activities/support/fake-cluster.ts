import { ApplicationFailure } from '@temporalio/activity';
import type { ClusterClient, ExecResult } from '../../../activities/kubernetes/index.ts';
import { refOf, type KubeObject } from '../../../activities/kubernetes/index.ts';
import type { ObjectRef } from '../../../domain/rollout.ts';

type Stored = KubeObject & Record<string, unknown>;

/** A cluster in memory: objects by name, and what was asked of it, in order. */
export class FakeCluster implements ClusterClient {
  readonly objects = new Map<string, Stored>();
  readonly log: string[] = [];
  /** Answers of `exec`, one a call; the last one stays. */
  execAnswers: (ExecResult | Error)[] = [];
  /** Objects whose deletion is asked for and does not happen. */
  readonly stuck = new Set<string>();
  /** Kinds that nothing defines. */
  readonly unknownKinds = new Set<string>();
  /** What controllers do about a removal. */
  onRemove: (ref: ObjectRef) => Promise<void> = () => Promise.resolve();

  constructor(...objects: KubeObject[]) {
    for (const object of objects) this.put(object);
  }

  put(object: KubeObject): void {
    this.objects.set(keyOf(refOf(object)), object as Stored);
  }

  version(): Promise<string> {
    return Promise.resolve('v1.36.3');
  }

  read<T extends KubeObject>(ref: ObjectRef): Promise<T | null> {
    return Promise.resolve((this.objects.get(keyOf(ref)) as T | undefined) ?? null);
  }

  isNamespaced({ kind }: Pick<ObjectRef, 'kind'>): Promise<boolean | null> {
    if (this.unknownKinds.has(kind)) return Promise.resolve(null);
    return Promise.resolve(!['Namespace', 'Node', 'CustomResourceDefinition', 'ClusterRole'].includes(kind));
  }

  list<T extends KubeObject>(
    apiVersion: string,
    kind: string,
    options: { namespace?: string; labelSelector?: string; fieldSelector?: string } = {},
  ): Promise<T[]> {
    const { namespace, labelSelector = '', fieldSelector = '' } = options;
    const wanted = labelSelector.split(',').filter((pair) => pair !== '');
    const fields = fieldSelector.split(',').filter((pair) => pair !== '');
    const found = [...this.objects.values()].filter(
      (object) =>
        object.apiVersion === apiVersion &&
        object.kind === kind &&
        (namespace === undefined || object.metadata.namespace === namespace) &&
        wanted.every((pair) => {
          const [key = '', value] = pair.split('=');
          return object.metadata.labels?.[key] === value;
        }) &&
        fields.every((pair) => {
          const [path = '', value] = pair.split('=');
          return fieldAt(object, path) === value;
        }),
    );
    return Promise.resolve(found as unknown as T[]);
  }

  apply<T extends KubeObject>(object: T): Promise<T> {
    this.log.push(`apply ${keyOf(refOf(object))}`);
    const applied = this.merged(object);
    this.put(applied);
    return Promise.resolve(applied);
  }

  preview<T extends KubeObject>(object: T): Promise<T> {
    return Promise.resolve(this.merged(object));
  }

  /** The object as it is after it was applied. */
  private merged<T extends KubeObject>(object: T): T & Stored {
    const before = this.objects.get(keyOf(refOf(object)));
    const metadata = {
      ...before?.metadata,
      ...object.metadata,
      labels: { ...before?.metadata.labels, ...object.metadata.labels },
      annotations: { ...before?.metadata.annotations, ...object.metadata.annotations },
    };
    return { ...before, ...object, metadata };
  }

  merge<T extends KubeObject>(ref: ObjectRef, patch: object): Promise<T> {
    this.log.push(`merge ${keyOf(ref)} ${JSON.stringify(patch)}`);
    const before = this.objects.get(keyOf(ref));
    if (before !== undefined) this.put(mergePatch(before, patch) as Stored);
    return Promise.resolve(this.objects.get(keyOf(ref)) as unknown as T);
  }

  async remove(ref: ObjectRef): Promise<boolean> {
    this.log.push(`remove ${keyOf(ref)}`);
    await this.onRemove(ref);
    return this.stuck.has(keyOf(ref)) || this.objects.delete(keyOf(ref));
  }

  exec(target: { namespace: string; pod: string; container: string }, command: readonly string[]) {
    this.log.push(`exec ${target.namespace}/${target.pod} ${target.container}: ${command.join(' ')}`);
    const answer = this.execAnswers.length > 1 ? this.execAnswers.shift() : this.execAnswers[0];
    if (answer === undefined) return Promise.reject(new Error('no exec answer was set'));
    return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
  }

  getByProxy: ClusterClient['getByProxy'] = () =>
    Promise.reject(ApplicationFailure.nonRetryable('pods/proxy is forbidden', 'AccessDenied'));

  getByPortForward: ClusterClient['getByPortForward'] = () =>
    Promise.reject(ApplicationFailure.nonRetryable('pods/portforward is forbidden', 'AccessDenied'));
}

/** The value at a path such as `involvedObject.name`. */
function fieldAt(object: unknown, path: string): unknown {
  return path.split('.').reduce((value, key) => (isObject(value) ? value[key] : undefined), object);
}

/** RFC 7396. */
function mergePatch(target: unknown, patch: object): object {
  const merged = new Map<string, unknown>(isObject(target) ? Object.entries(target) : []);
  for (const [key, value] of Object.entries(patch) as [string, unknown][]) {
    if (value === null) merged.delete(key);
    else merged.set(key, isObject(value) ? mergePatch(merged.get(key), value) : value);
  }
  return Object.fromEntries(merged);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** `Deployment/default/reviews-v1` */
export function keyOf({ kind, namespace, name }: Pick<ObjectRef, 'kind' | 'namespace' | 'name'>): string {
  return [kind, namespace, name].filter((part) => part !== undefined).join('/');
}
